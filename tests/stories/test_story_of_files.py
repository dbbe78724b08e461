"""A story of programs: everything that the site of a project publishes for them is of a form that it describes."""

from __future__ import annotations

from projects import Project
from twins import complaints, is_ours


def test_every_json_file_of_a_project_full_of_strangers_is_as_its_schema_says(original: Project) -> None:
    entries = original.derive().entries

    assert list(complaints((entry.uri, entry.body) for entry in entries)) == []
    assert sum(is_ours(entry.uri) for entry in entries) > 20
    assert {"schemas/index.md", "schemas/chronicle.report.2.json", "schemas/chronicle.run.1.json"} <= {
        entry.uri for entry in entries
    }
