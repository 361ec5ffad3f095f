using System.Runtime.InteropServices;

namespace ModelBuild;

/// <summary>Functions of the system's C library, which every process has loaded.</summary>
internal static class SystemFunctions
{
    private static readonly nint s_process = NativeLibrary.GetMainProgramHandle();

    /// <summary>Address of a function, or 0 where the process has none of that name.</summary>
    /// <remarks>Asked of the process and not of a library by name: a search for "libc" tries every folder of the loader, milliseconds at the start of a process.</remarks>
    internal static nint Find(string name) => NativeLibrary.TryGetExport(s_process, name, out nint address) ? address : 0;
}
