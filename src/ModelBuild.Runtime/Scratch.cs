using System.Runtime.CompilerServices;

namespace ModelBuild;

/// <summary>
/// A 64-byte aligned block of native memory that holds a predictor's intermediate results; <see cref="TailBytes"/> readable bytes follow it.
/// Not safe to use from two threads at once.
/// </summary>
public sealed unsafe class Scratch : IDisposable
{
    /// <summary>Alignment of the block in bytes: one cache line, one AVX-512 vector.</summary>
    public const int Alignment = AlignedMemory.Alignment;

    /// <summary>Bytes after the block that a kernel may read.</summary>
    public const int TailBytes = 64;

    private readonly PredictorWeights? _weights;
    private readonly ThreadTeam? _team;
    private byte* _pointer;
    private long _length;
    private StringTable? _strings;
    private long[] _counts = [];
    private long[] _offsets = [];
    private Scratch?[] _stages = [];

    /// <summary>Allocates a zeroed block.</summary>
    /// <param name="length">Bytes; 0 or more.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="length"/> is negative.</exception>
    /// <exception cref="OutOfMemoryException">The system has not enough memory.</exception>
    public Scratch(long length)
        : this(length, null, null)
    {
    }

    /// <summary>Allocates a zeroed block that keeps <paramref name="weights"/> in memory until it is disposed.</summary>
    internal Scratch(long length, PredictorWeights? weights, ThreadTeam? team)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        _team = team;
        weights?.AddReference();
        _weights = weights;
        nuint bytes = checked((nuint)length + TailBytes);
        _pointer = (byte*)AlignedMemory.AllocateZeroed(bytes);
        _length = length;
    }

    /// <summary>Frees the block.</summary>
    ~Scratch() => Free();

    /// <summary>Bytes of the block; 0 after <see cref="Dispose"/>.</summary>
    public long Length => _length;

    /// <summary>The strings of a call that uses this block.</summary>
    public StringTable Strings => _strings ??= new StringTable();

    /// <summary>Lets the kernels that the current thread calls share their work with the threads of the predictor, until the result is disposed.</summary>
    public ThreadScope UseThreads() => new(_team);

    /// <summary>The elements at a byte offset.</summary>
    /// <param name="offset">Bytes from the start of the block.</param>
    /// <param name="count">Number of elements.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range lies outside the block.</exception>
    /// <exception cref="ObjectDisposedException">The block was freed.</exception>
    public Span<float> F32(long offset, int count) => Slice<float>(offset, count);

    /// <inheritdoc cref="F32"/>
    public Span<double> F64(long offset, int count) => Slice<double>(offset, count);

    /// <inheritdoc cref="F32"/>
    public Span<Half> F16(long offset, int count) => Slice<Half>(offset, count);

    /// <inheritdoc cref="F32"/>
    public Span<sbyte> I8(long offset, int count) => Slice<sbyte>(offset, count);

    /// <inheritdoc cref="F32"/>
    public Span<byte> U8(long offset, int count) => Slice<byte>(offset, count);

    /// <inheritdoc cref="F32"/>
    public Span<short> I16(long offset, int count) => Slice<short>(offset, count);

    /// <inheritdoc cref="F32"/>
    public Span<ushort> U16(long offset, int count) => Slice<ushort>(offset, count);

    /// <inheritdoc cref="F32"/>
    public Span<int> I32(long offset, int count) => Slice<int>(offset, count);

    /// <inheritdoc cref="F32"/>
    public Span<uint> U32(long offset, int count) => Slice<uint>(offset, count);

    /// <inheritdoc cref="F32"/>
    public Span<long> I64(long offset, int count) => Slice<long>(offset, count);

    /// <inheritdoc cref="F32"/>
    public Span<ulong> U64(long offset, int count) => Slice<ulong>(offset, count);

    /// <inheritdoc cref="F32"/>
    public Span<bool> Bool(long offset, int count) => Slice<bool>(offset, count);

    /// <summary>Makes the block at least as long as given; what it held is lost when it grows.</summary>
    /// <exception cref="ObjectDisposedException">The block was freed.</exception>
    /// <exception cref="OutOfMemoryException">The system has not enough memory.</exception>
    public void Grow(long length)
    {
        if (length <= _length)
        {
            return;
        }

        ObjectDisposedException.ThrowIf(_pointer == null, this);
        nuint bytes = checked((nuint)length + TailBytes);
        byte* grown = (byte*)AlignedMemory.AllocateZeroed(bytes);
        AlignedMemory.Free(_pointer);
        _pointer = grown;
        _length = length;
    }

    /// <summary>A size that the call has counted.</summary>
    public long Count(int size) => _counts[size];

    /// <summary>Notes a size that the call has counted; allocates nothing where it was noted before.</summary>
    public void SetCount(int size, long count)
    {
        if (size >= _counts.Length)
        {
            Array.Resize(ref _counts, size + 1);
        }

        _counts[size] = count;
    }

    /// <summary>The memory of what is as large as the call has counted; each size that it counts begins a further stage.</summary>
    public Scratch Stage(int stage) => _stages[stage]!;

    /// <summary>Byte offset of a buffer of a stage.</summary>
    public long Offset(int buffer) => _offsets[buffer];

    /// <summary>Finds places for the buffers of a stage; allocates nothing where the stage was as large before.</summary>
    /// <param name="stage">From 1.</param>
    /// <param name="slots">Which buffers share a place.</param>
    /// <param name="bytes">Bytes of each buffer.</param>
    /// <exception cref="OutOfMemoryException">The system has not enough memory.</exception>
    public void Place(int stage, ArenaSlots slots, ReadOnlySpan<long> bytes)
    {
        ArgumentNullException.ThrowIfNull(slots);
        if (stage >= _stages.Length)
        {
            Array.Resize(ref _stages, stage + 1);
        }

        Scratch memory = _stages[stage] ??= new Scratch(0);
        if (memory._offsets.Length < slots.Buffers + slots.Count)
        {
            memory._offsets = new long[slots.Buffers + slots.Count];
        }

        Span<long> places = memory._offsets.AsSpan(slots.Buffers, slots.Count);
        places.Clear();
        for (int i = 0; i < bytes.Length; i++)
        {
            places[slots[i]] = Math.Max(places[slots[i]], checked(bytes[i] + Alignment - 1) / Alignment * Alignment);
        }

        long end = 0;
        foreach (ref long place in places)
        {
            (place, end) = (end, checked(end + place));
        }

        for (int i = 0; i < bytes.Length; i++)
        {
            memory._offsets[i] = places[slots[i]];
        }

        memory.Grow(end);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Scratch? stage in _stages)
        {
            stage?.Dispose();
        }

        Free();
        GC.SuppressFinalize(this);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Span<T> Slice<T>(long offset, int count)
        where T : unmanaged
    {
        if ((ulong)offset > (ulong)_length || (ulong)count * (ulong)sizeof(T) > (ulong)(_length - offset))
        {
            Throw.OutsideBlock(_pointer == null, offset, count, "Workspace");
        }

        return new Span<T>(_pointer + offset, count);
    }

    private void Free()
    {
        byte* pointer = _pointer;
        _pointer = null;
        _length = 0;
        if (pointer != null)
        {
            AlignedMemory.Free(pointer);
            _weights?.ReleaseReference();
        }
    }
}
