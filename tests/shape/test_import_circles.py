"""No module imports itself through others, imports inside functions included."""

from graphlib import TopologicalSorter

import grimp

PARTS = ("bot", "handlers", "models", "locales")


def test_no_module_is_in_an_import_circle() -> None:
    """CycleError names the circle."""
    graph = grimp.build_graph(*PARTS, exclude_type_checking_imports=True, cache_dir=None)
    TopologicalSorter({one: graph.find_modules_directly_imported_by(one) for one in graph.modules}).prepare()
