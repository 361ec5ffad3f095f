using System.Runtime.InteropServices;

namespace ModelBuild.Runtime.Tests.Memory;

/// <summary>
/// Memory that ends at (or starts after) an inaccessible page, so that a kernel that reads or writes outside its operand crashes the test run.
/// The other side, and both sides where pages cannot be protected, is filled with a canary that <see cref="Dispose"/> compares, which finds writes.
/// </summary>
/// <typeparam name="T">The element type.</typeparam>
public sealed unsafe class GuardedMemory<T> : IDisposable
    where T : unmanaged
{
    private const byte Canary = 0xA5;
    private const int CanaryBytes = 256;

    private readonly int _length;
    private readonly nuint _mappedBytes;
    private readonly nuint _accessibleBytes;
    private byte* _mapped;
    private byte* _accessible;
    private byte* _data;

    /// <summary>Allocates <paramref name="length"/> elements, all zero.</summary>
    public GuardedMemory(int length, GuardSide side = GuardSide.End)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        _length = length;
        nuint dataBytes = (nuint)length * (nuint)sizeof(T);
        if (OperatingSystem.IsLinux())
        {
            nuint page = (nuint)Environment.SystemPageSize;
            _accessibleBytes = (dataBytes + CanaryBytes + page - 1) / page * page;
            _mappedBytes = _accessibleBytes + (2 * page);
            nint address = LinuxMemory.Map(0, _mappedBytes, LinuxMemory.ProtectNone, LinuxMemory.PrivateAnonymous, -1, 0);
            if (address == -1)
            {
                throw new OutOfMemoryException();
            }

            _mapped = (byte*)address;
            _accessible = _mapped + page;
            if (LinuxMemory.Protect((nint)_accessible, _accessibleBytes, LinuxMemory.ProtectReadWrite) != 0)
            {
                throw new InvalidOperationException($"mprotect failed with error {Marshal.GetLastPInvokeError()}.");
            }

            _data = side == GuardSide.End ? _accessible + _accessibleBytes - dataBytes : _accessible;
        }
        else
        {
            _accessibleBytes = dataBytes + (2 * CanaryBytes);
            _mappedBytes = _accessibleBytes;
            _mapped = (byte*)NativeMemory.AlignedAlloc(_mappedBytes, CanaryBytes);
            _accessible = _mapped;
            _data = _accessible + CanaryBytes;
        }

        new Span<byte>(_accessible, checked((int)_accessibleBytes)).Fill(Canary);
        Span.Clear();
    }

    /// <summary>Allocates a copy of <paramref name="source"/>.</summary>
    public GuardedMemory(ReadOnlySpan<T> source, GuardSide side = GuardSide.End)
        : this(source.Length, side) => source.CopyTo(Span);

    /// <summary>The elements.</summary>
    public Span<T> Span => new(_data, _length);

    /// <summary>Frees the memory; fails the test when a byte outside of the elements was changed.</summary>
    public void Dispose()
    {
        if (_mapped == null)
        {
            return;
        }

        var before = new ReadOnlySpan<byte>(_accessible, (int)(_data - _accessible));
        byte* end = _data + ((nuint)_length * (nuint)sizeof(T));
        var after = new ReadOnlySpan<byte>(end, (int)(_accessible + _accessibleBytes - end));
        bool written = before.ContainsAnyExcept(Canary) || after.ContainsAnyExcept(Canary);
        if (OperatingSystem.IsLinux())
        {
            _ = LinuxMemory.Unmap((nint)_mapped, _mappedBytes);
        }
        else
        {
            NativeMemory.AlignedFree(_mapped);
        }

        _mapped = null;
        _accessible = null;
        _data = null;
        Assert.False(written, "A kernel wrote outside of its operand.");
    }
}
