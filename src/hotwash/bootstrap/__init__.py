"""The composition root: the only package that names adapters and the simulator. Shells use what stands in `__init__.pyi`.

A part is imported when something of it is asked for: a command that lists scenarios loads no workbook and no statistics.
"""

import lazy_loader

__getattr__, __dir__, __all__ = lazy_loader.attach_stub(__name__, __file__)
