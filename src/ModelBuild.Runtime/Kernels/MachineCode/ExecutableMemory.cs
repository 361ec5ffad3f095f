using System.Runtime.InteropServices;

namespace ModelBuild.Kernels;

/// <summary>Pages that hold generated code. They are writable first and executable then, never both.</summary>
internal static unsafe partial class ExecutableMemory
{
    private const int ProtectRead = 1;
    private const int ProtectWrite = 2;
    private const int ProtectExecute = 4;
    private const int MapPrivate = 2;
    private const int MapAnonymous = 0x20;
    private const uint MemCommitReserve = 0x3000;
    private const uint MemRelease = 0x8000;
    private const uint PageReadWrite = 4;
    private const uint PageExecuteRead = 0x20;

    private static readonly delegate* unmanaged<void*, nuint, int, int, int, nint, void*> s_map = (delegate* unmanaged<void*, nuint, int, int, int, nint, void*>)OfLinux("mmap");
    private static readonly delegate* unmanaged<void*, nuint, int, int> s_protect = (delegate* unmanaged<void*, nuint, int, int>)OfLinux("mprotect");
    private static readonly delegate* unmanaged<void*, nuint, int> s_unmap = (delegate* unmanaged<void*, nuint, int>)OfLinux("munmap");

    /// <summary>Whether <see cref="TryMap"/> knows the functions of this operating system.</summary>
    internal static bool IsKnownSystem => OperatingSystem.IsLinux() || OperatingSystem.IsWindows();

    /// <summary>Maps code; null where the operating system does not permit it.</summary>
    internal static void* TryMap(ReadOnlySpan<byte> code)
    {
        try
        {
            return OperatingSystem.IsWindows() ? MapOnWindows(code) : OperatingSystem.IsLinux() ? MapOnLinux(code) : null;
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
        {
            return null;
        }
    }

    /// <summary>Maps code that every thread shares from now on; the first one that publishes wins. Null where the operating system does not permit it.</summary>
    internal static void* Publish(ref nint shared, ReadOnlySpan<byte> code)
    {
        void* pages = TryMap(code);
        if (pages == null)
        {
            return null;
        }

        nint other = Interlocked.CompareExchange(ref shared, (nint)pages, 0);
        if (other != 0)
        {
            Unmap(pages, code.Length);
        }

        return (void*)(other != 0 ? other : (nint)pages);
    }

    /// <summary>Gives pages back that no thread can have entered.</summary>
    internal static void Unmap(void* pages, int length)
    {
        if (OperatingSystem.IsWindows())
        {
            _ = VirtualFree(pages, 0, MemRelease);
        }
        else
        {
            _ = s_unmap(pages, (nuint)length);
        }
    }

    private static void* MapOnLinux(ReadOnlySpan<byte> code)
    {
        if (s_map == null || s_protect == null || s_unmap == null)
        {
            return null;
        }

        void* pages = s_map(null, (nuint)code.Length, ProtectRead | ProtectWrite, MapPrivate | MapAnonymous, -1, 0);
        if ((nint)pages == -1)
        {
            return null;
        }

        code.CopyTo(new Span<byte>(pages, code.Length));
        if (s_protect(pages, (nuint)code.Length, ProtectRead | ProtectExecute) != 0)
        {
            _ = s_unmap(pages, (nuint)code.Length);
            return null;
        }

        return pages;
    }

    private static void* MapOnWindows(ReadOnlySpan<byte> code)
    {
        void* pages = VirtualAlloc(null, (nuint)code.Length, MemCommitReserve, PageReadWrite);
        if (pages == null)
        {
            return null;
        }

        code.CopyTo(new Span<byte>(pages, code.Length));
        uint before;
        if (VirtualProtect(pages, (nuint)code.Length, PageExecuteRead, &before) == 0)
        {
            _ = VirtualFree(pages, 0, MemRelease);
            return null;
        }

        return pages;
    }

    private static nint OfLinux(string name) => OperatingSystem.IsLinux() ? SystemFunctions.Find(name) : 0;

    [LibraryImport("kernel32")]
    private static partial void* VirtualAlloc(void* address, nuint size, uint type, uint protection);

    [LibraryImport("kernel32")]
    private static partial int VirtualProtect(void* address, nuint size, uint protection, uint* before);

    [LibraryImport("kernel32")]
    private static partial int VirtualFree(void* address, nuint size, uint type);
}
