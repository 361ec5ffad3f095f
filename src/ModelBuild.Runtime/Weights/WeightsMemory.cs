using System.IO.MemoryMappedFiles;
using System.Runtime.InteropServices;

namespace ModelBuild;

/// <summary>Owns the memory of a whole weights blob: a native copy, a mapped file or a resource of a loaded assembly.</summary>
internal sealed unsafe class WeightsMemory : SafeHandle
{
    private readonly bool _isNative;
    private readonly MemoryMappedViewAccessor? _view;
    private readonly object? _keepAlive;

    private WeightsMemory(byte* start, long length, bool isNative, MemoryMappedViewAccessor? view, object? keepAlive)
        : base(0, ownsHandle: true)
    {
        _isNative = isNative;
        _view = view;
        _keepAlive = keepAlive;
        Start = start;
        Length = length;
        SetHandle((nint)start);
    }

    public override bool IsInvalid => handle == 0;

    /// <summary>The first byte of the blob; null once the memory is released.</summary>
    public byte* Start { get; private set; }

    /// <summary>Bytes of the blob; 0 once the memory is released.</summary>
    public long Length { get; private set; }

    /// <summary>An aligned native block whose content the caller fills in.</summary>
    public static WeightsMemory Allocate(long length)
    {
        nuint bytes = (nuint)Math.Max(length, Scratch.Alignment);
        return new WeightsMemory((byte*)AlignedMemory.Allocate(bytes), length, true, null, null);
    }

    /// <summary>An aligned native block of zeros.</summary>
    public static WeightsMemory Zeros(long length) => new((byte*)AlignedMemory.AllocateZeroed((nuint)length), length, true, null, null);

    /// <summary>A file, mapped read-only.</summary>
    public static WeightsMemory Map(string path)
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
        if (stream.Length == 0)
        {
            return Allocate(0);
        }

        using var file = MemoryMappedFile.CreateFromFile(stream, null, 0, MemoryMappedFileAccess.Read, HandleInheritability.None, leaveOpen: true);
        MemoryMappedViewAccessor view = file.CreateViewAccessor(0, 0, MemoryMappedFileAccess.Read);
        byte* start = null;
        view.SafeMemoryMappedViewHandle.AcquirePointer(ref start);
        return new WeightsMemory(start + view.PointerOffset, stream.Length, false, view, null);
    }

    /// <summary>Memory that lives as long as <paramref name="owner"/>.</summary>
    public static WeightsMemory Borrow(byte* start, long length, object owner) => new(start, length, false, null, owner);

    protected override bool ReleaseHandle()
    {
        byte* start = Start;
        Start = null;
        Length = 0;
        if (_isNative)
        {
            AlignedMemory.Free(start);
        }
        else if (_view is not null)
        {
            _view.SafeMemoryMappedViewHandle.ReleasePointer();
            _view.Dispose();
        }

        GC.KeepAlive(_keepAlive);
        return true;
    }
}
