"""A memory gives what was made before under the same base and key, for as long as each build asks for it."""

from __future__ import annotations

from chronicle.memory import Memory


def asked(memory: Memory, *keys: str) -> list[str]:
    """The keys that had to be made."""
    made: list[str] = []
    for key in keys:
        memory(key, lambda key=key: made.append(key))
    return made


def test_a_value_is_made_once_in_a_build_and_taken_by_the_next() -> None:
    memory = Memory()
    memory.begin("base")

    assert asked(memory, "a", "b", "a") == ["a", "b"]
    memory.begin("base")
    assert asked(memory, "a") == []


def test_what_a_build_did_not_ask_for_is_forgotten_after_it() -> None:
    memory = Memory()
    memory.begin("base")
    asked(memory, "a", "b")
    memory.begin("base")
    asked(memory, "a")
    memory.begin("base")

    assert asked(memory, "a", "b") == ["b"]


def test_another_base_or_none_takes_nothing() -> None:
    memory = Memory()
    memory.begin("base")
    asked(memory, "a")

    memory.begin("other")
    assert asked(memory, "a") == ["a"]
    memory.begin(None)
    assert asked(memory, "a") == ["a"]
    memory.begin(None)
    assert asked(memory, "a") == ["a"]
