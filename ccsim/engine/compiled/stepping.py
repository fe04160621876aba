"""How a step is compiled: called only from compiled code, so nothing is made for callers from Python."""

from ccsim.draws.compiling import compiled

step = compiled(None, no_cpython_wrapper=True, no_cfunc_wrapper=True, _nrt=False)
