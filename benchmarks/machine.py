"""What a measurement was made on, without naming the machine."""

import importlib.metadata
import os
import pathlib
import platform

import psutil


def processor() -> str:
    """Model of the processor as it calls itself."""
    info = pathlib.Path("/proc/cpuinfo")
    if info.exists():
        for line in info.read_text(encoding="utf-8").splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    return platform.processor() or platform.machine()


def description() -> dict[str, str]:
    """Processor, cores, memory, system and versions."""
    affinity = getattr(os, "sched_getaffinity", None)
    cores = len(affinity(0)) if affinity else os.cpu_count()
    return {
        "processor": processor(),
        "cores": str(cores),
        "memory": f"{psutil.virtual_memory().total / 2**30:.0f} GiB",
        "system": f"{platform.system()} {platform.machine()}",
        "python": platform.python_version(),
        **{
            name: importlib.metadata.version(name)
            for name in ("jax", "jaxlib", "kapsim")
        },
    }
