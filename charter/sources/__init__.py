"""Where rows come from, and how they are counted: readers of sources, and the one grouped measure. Loaded when used."""
