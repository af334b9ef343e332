"""The most memory this process may take, held by the system itself."""

import sys


def limit_memory(most: int) -> bool:
    """Cap this process's memory at `most` bytes, and tell whether the system agreed.

    On Windows it can start no other process then. Where the system does not agree, as under another program's stricter
    rules, the limit of pixels alone bounds it.
    """
    if sys.platform == "win32":
        return _limit_by_job(most)
    # Only where it exists.
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (most, most))
    return True


def _limit_by_job(most: int) -> bool:
    """Put this process into a job of its own; the job lasts as long as the process, whose end closes its only handle.

    The layout is JOBOBJECT_EXTENDED_LIMIT_INFORMATION of the Windows SDK's winnt.h.
    """
    if sys.platform != "win32":
        return False
    # Loads what other systems have no use for.
    import ctypes
    from ctypes import c_size_t, c_uint32, c_uint64, c_void_p

    class Limits(ctypes.Structure):
        _fields_ = (
            *((name, c_uint64) for name in ("process_time", "job_time")),
            ("flags", c_uint32),
            *((name, c_size_t) for name in ("least_working_set", "most_working_set")),
            ("most_processes", c_uint32),
            ("affinity", c_size_t),
            *((name, c_uint32) for name in ("priority", "scheduling")),
            ("counted", c_uint64 * 6),
            *((name, c_size_t) for name in ("process_memory", "job_memory", "process_peak", "job_peak")),
        )

    extended, memory, processes = 9, 0x100, 0x8  # JobObjectExtendedLimitInformation, JOB_OBJECT_LIMIT_…
    limits = Limits(flags=memory | processes, most_processes=1, process_memory=most)
    kernel = ctypes.windll.kernel32
    kernel.CreateJobObjectW.restype = kernel.GetCurrentProcess.restype = c_void_p
    job = c_void_p(kernel.CreateJobObjectW(None, None))
    return bool(
        kernel.SetInformationJobObject(job, extended, ctypes.byref(limits), ctypes.sizeof(limits))
        and kernel.AssignProcessToJobObject(job, c_void_p(kernel.GetCurrentProcess()))
    )
