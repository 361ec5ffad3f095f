using System.ComponentModel;
using System.Runtime.InteropServices;

namespace ModelBuild;

/// <summary>Native memory on cache lines; large blocks lie on large pages where the system has them for the asking.</summary>
/// <remarks>
/// Linux (madvise(2)): a block of many megabytes on pages of 4 KB misses the translation buffer at every page that a layer streams through, and a page that is touched for the first time is a fault,
/// which takes longer than to fill it; on a virtual machine it may be one of the machine below as well, which no advice spares but that for a large page. So the end of a block is a large page from a
/// quarter of one on. Advice that the kernel does not know or follow is without effect.
/// </remarks>
[EditorBrowsable(EditorBrowsableState.Never)]
public static unsafe class AlignedMemory
{
    /// <summary>Alignment of every block in bytes: one cache line, one AVX-512 vector.</summary>
    public const int Alignment = 64;

    private const nuint LargePage = 2 << 20;
    private const nuint LeastOfLargePage = LargePage / 4;
    private const nuint LeastAdvised = 64 << 10;
    private const int HugePage = 14;
    private const int PopulateWrite = 23;

    private static readonly delegate* unmanaged<void*, nuint, int, int> s_advise = OperatingSystem.IsLinux() ? (delegate* unmanaged<void*, nuint, int, int>)SystemFunctions.Find("madvise") : null;

    /// <summary>Allocates a block; its content is undefined.</summary>
    /// <param name="bytes">Bytes; at least 1.</param>
    /// <exception cref="OutOfMemoryException">The system has not enough memory.</exception>
    public static void* Allocate(nuint bytes)
    {
        nuint large = s_advise == null ? 0 : LargeBytes(bytes);
        byte* block = (byte*)NativeMemory.AlignedAlloc(nuint.Max(bytes, large), large > 0 ? LargePage : Alignment);
        if (bytes >= LeastAdvised && s_advise != null)
        {
            Advise(block, bytes, large);
        }

        return block;
    }

    /// <summary>Allocates a block of zeros.</summary>
    /// <inheritdoc cref="Allocate"/>
    public static void* AllocateZeroed(nuint bytes)
    {
        void* block = Allocate(bytes);
        NativeMemory.Clear(block, bytes);
        return block;
    }

    /// <summary>Frees a block.</summary>
    /// <param name="block">A block of this class, or null.</param>
    public static void Free(void* block) => NativeMemory.AlignedFree(block);

    /// <summary>The bytes at the start of a block that lie on large pages.</summary>
    internal static nuint LargeBytes(nuint bytes)
    {
        nuint end = bytes & (LargePage - 1);
        return bytes - end + (end >= LeastOfLargePage ? LargePage : 0);
    }

    private static void Advise(byte* block, nuint bytes, nuint large)
    {
        nuint page = (nuint)Environment.SystemPageSize;
        if (large > 0)
        {
            _ = s_advise(block, large, HugePage);
        }

        byte* start = (byte*)(((nuint)block + page - 1) & ~(page - 1));
        byte* end = (byte*)((nuint)(block + bytes) & ~(page - 1));
        if (start < end)
        {
            _ = s_advise(start, (nuint)(end - start), PopulateWrite);
        }
    }
}
