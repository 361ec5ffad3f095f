using System.Runtime.InteropServices;

namespace ModelBuild.Runtime.Tests.Memory;

/// <summary>The page functions of libc on Linux, with the constants that its architectures share.</summary>
internal static partial class LinuxMemory
{
    internal const int ProtectNone = 0;
    internal const int ProtectReadWrite = 3;
    internal const int PrivateAnonymous = 0x22;

    [LibraryImport("libc", EntryPoint = "mmap", SetLastError = true)]
    internal static partial nint Map(nint address, nuint length, int protection, int flags, int file, nint offset);

    [LibraryImport("libc", EntryPoint = "mprotect", SetLastError = true)]
    internal static partial int Protect(nint address, nuint length, int protection);

    [LibraryImport("libc", EntryPoint = "munmap", SetLastError = true)]
    internal static partial int Unmap(nint address, nuint length);
}
