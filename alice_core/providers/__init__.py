"""Who can make or judge media, and for how much: tasks, the registry, and one package an adapter."""
