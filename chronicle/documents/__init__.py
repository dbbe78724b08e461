"""What people write, parsed and checked, and what is derived to be read beside it; one module a kind."""
