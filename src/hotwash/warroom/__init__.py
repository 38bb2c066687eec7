"""The web shell: pages and one stream per seat, over views that the engine has already made safe."""
