"""The compiler's one door: how a function is compiled, and where the result is kept.

Import this module before any compiled function is defined: numba reads the cache folder when it meets the first one.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, cached_property, partial
from pathlib import Path
from typing import Any, TypeVar, cast

import numba
import numpy as np
from llvmlite import binding as llvm
from numba.core.caching import CompileResultCacheImpl, FunctionCache
from numba.core.codegen import JITCodeLibrary
from numba.core.compiler_lock import global_compiler_lock
from numba.core.registry import cpu_target
from numba.core.runtime.nrt import rtsys
from numba.core.typing.typeof import typeof_impl

from ccsim.cache import FOLDER, is_cold

Function = TypeVar("Function", bound=Callable[..., Any])

# how a function is compiled that only compiled code calls: nothing is made for Python
INSIDE: dict[str, Any] = {"kept": None, "no_cpython_wrapper": True, "no_cfunc_wrapper": True}
# and one that makes no arrays: nobody who holds one is counted
OWNING_NOTHING = {**INSIDE, "_nrt": False}

F8 = numba.types.float64
I8 = numba.types.int64
BOOLEAN = numba.types.boolean


def array_of(dtype: Any, n_axes: int = 1, *, frozen: bool = False) -> Any:
    """The type, for signatures, of a contiguous array.

    Parameters
    ----------
    dtype : numpy dtype, or its name
        Structured ones too.
    n_axes : int
    frozen : bool
        Whether read-only arrays are taken as well; they can't be written to then.

    Returns
    -------
    numba.types.Array

    Examples
    --------
    >>> array_of("f8", frozen=True) == F8_ROW
    True
    """
    return numba.types.Array(numba.from_dtype(np.dtype(dtype)), n_axes, "C", readonly=frozen)


# read-only in the signature, so that the plan's frozen arrays and ordinary ones are both taken
F8_ROW, F8_TABLE = array_of("f8", frozen=True), array_of("f8", 2, frozen=True)
I8_ROW, I8_TABLE = array_of("i8", frozen=True), array_of("i8", 2, frozen=True)
I8_FOUR = numba.types.UniTuple(I8, 4)
F8_EIGHT = numba.types.UniTuple(F8, 8)


class _Reduced(CompileResultCacheImpl):
    """Machine code without the Python objects that numba's own functions might use; none that we call does.

    Notes
    -----
    To find them again numba would load the modules that they stand in, and with these scipy's linear algebra.
    """

    def reduce(self, cres: Any) -> Any:
        """What is written to the file."""
        *parts, _ = super().reduce(cres)
        return *parts, ()


class _WithoutText(_Reduced):
    """The same without the function's text.

    Notes
    -----
    numba keeps it for those who inline it. That of the loop and all its steps is 7 MB, and reading it takes longer than
    reading the machine code. The names of what is defined must stay.
    """

    def reduce(self, cres: Any) -> Any:
        """What is written to the file."""
        (name, kind, (machine_code, _)), described, *others = super().reduce(cres)
        names = described.llvm_func_name, described.llvm_cpython_wrapper_name
        text = "\n".join(f'define void @"{one}"() {{ ret void }}' for one in names)
        return (name, kind, (machine_code, llvm.parse_assembly(text).as_bitcode())), described, *others


class Kept(FunctionCache):
    """Where a function's machine code is kept; it is read without what only compiling needs.

    Notes
    -----
    numba loads all that it can compile, and scipy's linear algebra, before it reads a function: 0.4 s of each start.
    Code that is read needs only what counts the owners of arrays.
    """

    _impl_class: Any = _Reduced

    def load_overload(self, sig: Any, target_context: Any) -> Any:
        """The compiled function, or None if it is not kept.

        Parameters
        ----------
        sig : numba signature
        target_context : numba target context
            As for `FunctionCache`.
        """
        rtsys.initialize(target_context)
        with self._guard_against_spurious_io_errors():
            return self._load_overload(sig, target_context)


class KeptAlone(Kept):
    """Where a function is kept that no compiled code calls."""

    _impl_class: Any = _WithoutText


class _OfCallers(JITCodeLibrary):
    """Code that becomes part of its callers': no machine code is made of it by itself.

    Notes
    -----
    numba would make it of every step, with all steps inside that it calls, and nobody would run it. That, and looking
    for the best code each time anew, is half of the time of compiling.
    """

    def _optimize_final_module(self) -> None:
        """Does only what makes it smaller; the callers do the rest."""
        codegen = self._codegen
        how = {"loop_vectorize": codegen._loopvect, "slp_vectorize": False, "opt": codegen._opt_level, "cost": "cheap"}
        passes, builder = codegen._module_pass_manager(**how)
        passes.run(self._final_module, builder)

    def _finalize_final_module(self) -> None:
        """Makes it ready to be linked, and no more."""
        self._finalize_dynamic_globals()
        self._verify_declare_only_symbols()
        self._finalized = True


class _Closed(JITCodeLibrary):
    """Code with all that it calls, which nobody else calls there.

    Notes
    -----
    What is known to have no other callers is put into them, or made to suit them: a twentieth of the loop's time.
    Private names stand in no table of symbols: one that did would be taken for another function's of that name.
    """

    def finalize(self) -> None:
        """Looks at what is its own before anything else is linked to it."""
        self._own = self._defined()
        super().finalize()

    def _optimize_final_module(self) -> None:
        """Hides what is not its own."""
        for name in self._defined() - self._own:
            self._final_module.get_function(name).linkage = "private"
        super()._optimize_final_module()

    def _defined(self) -> set[str]:
        """Names of the functions with a body."""
        return {function.name for function in self._final_module.functions if not function.is_declaration}


_KINDS = {Kept: JITCodeLibrary, KeptAlone: _Closed}


@contextmanager
def _as(kind: type[JITCodeLibrary]) -> Iterator[None]:
    """What is compiled meanwhile is code of this kind; other threads wait."""
    with global_compiler_lock:
        codegen: Any = cpu_target.target_context.codegen()
        before = codegen._library_class, codegen.set_env
        codegen._library_class = kind
        # machine code is told where its Python objects are; where there is none, nobody is told
        codegen.set_env = partial(type(codegen).set_env, codegen) if kind is not _OfCallers else _do_nothing
        try:
            yield
        finally:
            codegen._library_class, codegen.set_env = before


def _do_nothing(*_: Any) -> None:
    """Stands for what tells somebody of machine code."""


def compiled(signature: Any, kept: type[Kept] | None = Kept, **how: Any) -> Callable[[Function], Function]:
    """Decorator that compiles a function for one signature and keeps the result.

    Parameters
    ----------
    signature : numba signature
        Written with `F8`, `I8`, `F8_ROW`, `I8_ROW`: one specialisation, quick to call.
    kept : class or None
        `Kept`; `KeptAlone` if no compiled code calls the function; None if nobody else does, for what only compiled
        code calls is kept within its callers: kept by itself too, it would take 200 MB.
    **how : Any
        Further options of `numba.njit`.

    Returns
    -------
    callable
        With the compiler off (``NUMBA_DISABLE_JIT=1``) it hands the function back as it is.

    Notes
    -----
    A cold room is compiled as it is imported. In a warm one a function is read from the cache when it is first called:
    a run needs a few of them, and reading all takes longer than a short run.
    No fastmath, so that no sum is reordered; divisions by zero give inf or nan instead of raising.
    """

    def decorator(function: Function) -> Function:
        how_all = {"fastmath": False, "error_model": "numpy", **how}
        if numba.config.DISABLE_JIT:  # type: ignore[attr-defined]
            return function
        if kept is None:
            return cast(Function, _Step(function, signature, how_all))
        dispatcher = numba.njit(**how_all)(function)
        make = _at_first_call(dispatcher, signature, kept)
        if _was_cold(Path(function.__code__.co_filename).parent.name):
            make()
        return cast(Function, dispatcher)

    return decorator


class _Step:
    """A function that only compiled code calls; it is compiled when numba meets it.

    Attributes
    ----------
    __name__ : str
    dispatcher : numba dispatcher
    """

    def __init__(self, function: Callable[..., Any], signature: Any, how: dict[str, Any]) -> None:
        self.__name__, self.__doc__, self.__module__ = function.__name__, function.__doc__, function.__module__
        self._function, self._signature, self._how = function, signature, how

    @cached_property
    def dispatcher(self) -> Any:
        """The function, compiled."""
        dispatcher: Any = numba.njit(**self._how)(self._function)
        with _as(_OfCallers):
            dispatcher.compile(self._signature)
        dispatcher.disable_compile()
        return dispatcher

    def __call__(self, *_: Any) -> Any:
        """Tells Python that there is no machine code that it could call."""
        raise TypeError(f"{self.__name__} is for compiled code only")


@typeof_impl.register(_Step)
def _type_of_step(step: _Step, _context: Any) -> Any:
    """What numba takes a step for."""
    return numba.types.Dispatcher(step.dispatcher)


def _at_first_call(dispatcher: Any, signature: Any, kept: type[Kept]) -> Callable[[], None]:
    """Puts off compiling for the one signature until somebody calls; what it hands back does it at once."""

    def make() -> None:
        del dispatcher.get_call_template, dispatcher._compile_for_args
        dispatcher._cache = kept(dispatcher.py_func)
        with _as(_KINDS[kept]):
            dispatcher.compile(signature)
        dispatcher.disable_compile()

    def called_by_compiled_code(arguments: Any, keywords: Any) -> Any:
        make()
        return dispatcher.get_call_template(arguments, keywords)

    def called_by_python(*arguments: Any) -> Any:
        make()
        taken = dispatcher.nopython_signatures[0].args
        given = [dispatcher.typeof_pyval(argument) for argument in arguments]
        fits = dispatcher.typingctx.can_convert
        if len(given) != len(taken) or any(fits(*pair) is None for pair in zip(given, taken, strict=True)):
            dispatcher._explain_matching_error(*arguments)
        return dispatcher.overloads[taken].entry_point

    # the two doors of a numba dispatcher
    dispatcher.get_call_template = called_by_compiled_code
    dispatcher._compile_for_args = called_by_python
    return make


# a room is cold or warm for as long as it is imported; looking once for each function would be half of a warm import
_was_cold = cache(is_cold)

numba.config.CACHE_DIR = str(FOLDER)  # type: ignore[attr-defined]
