using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using System.Runtime.CompilerServices;

namespace ModelBuild;

/// <summary>
/// The weights of a predictor in memory, 64-byte aligned, with 64 readable bytes after them. Safe to read from many threads.
/// </summary>
/// <remarks>A weights file is mapped; a resource or the caller's bytes are copied once into native memory where they are not aligned.</remarks>
public sealed unsafe class PredictorWeights : IDisposable
{
    private readonly WeightsMemory _memory;

    // The blob is one that is checked.
    private PredictorWeights(WeightsMemory memory)
    {
        _memory = memory;
        Length = memory.Length - WeightsHeader.Size - WeightsHeader.TailSize;
    }

    /// <summary>Bytes of weights, without header and tail.</summary>
    public long Length { get; }

    /// <summary>Opens the weights that <paramref name="options"/> give, else a resource of an assembly.</summary>
    /// <param name="assembly">The assembly of the generated class.</param>
    /// <param name="resourceName">Name of the resource.</param>
    /// <param name="options">The caller's options; may be null.</param>
    /// <param name="planHash">Identity of the plan, 32 bytes.</param>
    /// <exception cref="InvalidDataException">The weights are damaged or were built for another plan.</exception>
    /// <exception cref="FileNotFoundException">The weights are missing.</exception>
    public static PredictorWeights OpenResource(Assembly assembly, string resourceName, PredictorOptions? options, ReadOnlySpan<byte> planHash)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        if (OpenGiven(options, planHash) is PredictorWeights given)
        {
            return given;
        }

        using Stream stream = assembly.GetManifestResourceStream(resourceName)
            ?? throw new FileNotFoundException($"{SourceOf(assembly, resourceName)} is missing: the model has not been built into this assembly.");
        WeightsMemory memory = stream is UnmanagedMemoryStream { PositionPointer: var start } && (nint)start % Scratch.Alignment == 0
            ? WeightsMemory.Borrow(start, stream.Length, assembly)
            : Copy(stream);
        return Fault(memory, planHash) is string fault ? throw Refuse(memory, SourceOf(assembly, resourceName), fault) : new PredictorWeights(memory);
    }

    /// <summary>Opens the weights that <paramref name="options"/> give, else a file beside an assembly or the application.</summary>
    /// <param name="assembly">The assembly of the generated class.</param>
    /// <param name="fileName">Name of the file, without folder.</param>
    /// <param name="options">The caller's options; may be null.</param>
    /// <param name="planHash">Identity of the plan, 32 bytes.</param>
    /// <exception cref="InvalidDataException">The weights are damaged or were built for another plan.</exception>
    /// <exception cref="FileNotFoundException">The weights are missing.</exception>
    [UnconditionalSuppressMessage("SingleFile", "IL3000", Justification = "An empty location, as in a single file, means the application's folder.")]
    public static PredictorWeights OpenFile(Assembly assembly, string fileName, PredictorOptions? options, ReadOnlySpan<byte> planHash)
    {
        ArgumentNullException.ThrowIfNull(assembly);
        if (OpenGiven(options, planHash) is PredictorWeights given)
        {
            return given;
        }

        string folder = Path.GetDirectoryName(assembly.Location) is { Length: > 0 } location ? location : AppContext.BaseDirectory;
        string path = Path.Combine(folder, fileName);
        return FromFile(File.Exists(path) ? path : Path.Combine(AppContext.BaseDirectory, fileName), planHash);
    }

    /// <summary>Opens the weights that <paramref name="options"/> give; there are no others.</summary>
    /// <param name="options">The caller's options.</param>
    /// <param name="planHash">Identity of the plan, 32 bytes.</param>
    /// <exception cref="ArgumentException">The options give no weights.</exception>
    /// <exception cref="InvalidDataException">The weights are damaged or were built for another plan.</exception>
    public static PredictorWeights OpenOptions(PredictorOptions options, ReadOnlySpan<byte> planHash)
    {
        ArgumentNullException.ThrowIfNull(options);
        return OpenGiven(options, planHash) ?? throw new ArgumentException("This predictor was built without weights; give them as WeightsPath or Weights.", nameof(options));
    }

    /// <summary>Maps a weights file.</summary>
    /// <inheritdoc cref="OpenFile" path="/exception"/>
    public static PredictorWeights FromFile(string path, ReadOnlySpan<byte> planHash)
    {
        if (!File.Exists(path))
        {
            throw new FileNotFoundException($"The weights file '{path}' is missing.", path);
        }

        WeightsMemory memory = WeightsMemory.Map(path);
        return Fault(memory, planHash) is string fault ? throw Refuse(memory, $"The file '{path}'", fault) : new PredictorWeights(memory);
    }

    /// <summary>Copies a weights blob.</summary>
    /// <exception cref="InvalidDataException">The weights are damaged or were built for another plan.</exception>
    public static PredictorWeights FromBytes(ReadOnlySpan<byte> blob, ReadOnlySpan<byte> planHash)
    {
        WeightsMemory memory = WeightsMemory.Allocate(blob.Length);
        blob.CopyTo(new Span<byte>(memory.Start, blob.Length));
        return Fault(memory, planHash) is string fault ? throw Refuse(memory, "The given blob", fault) : new PredictorWeights(memory);
    }

    /// <summary>The elements at a byte offset.</summary>
    /// <param name="offset">Bytes from the start of the weights.</param>
    /// <param name="count">Number of elements.</param>
    /// <exception cref="ArgumentOutOfRangeException">The range lies outside the weights.</exception>
    /// <exception cref="ObjectDisposedException">The weights were released.</exception>
    public ReadOnlySpan<float> F32(long offset, int count) => Slice<float>(offset, count);

    /// <inheritdoc cref="F32"/>
    public ReadOnlySpan<double> F64(long offset, int count) => Slice<double>(offset, count);

    /// <inheritdoc cref="F32"/>
    public ReadOnlySpan<Half> F16(long offset, int count) => Slice<Half>(offset, count);

    /// <inheritdoc cref="F32"/>
    public ReadOnlySpan<sbyte> I8(long offset, int count) => Slice<sbyte>(offset, count);

    /// <inheritdoc cref="F32"/>
    public ReadOnlySpan<byte> U8(long offset, int count) => Slice<byte>(offset, count);

    /// <inheritdoc cref="F32"/>
    public ReadOnlySpan<short> I16(long offset, int count) => Slice<short>(offset, count);

    /// <inheritdoc cref="F32"/>
    public ReadOnlySpan<ushort> U16(long offset, int count) => Slice<ushort>(offset, count);

    /// <inheritdoc cref="F32"/>
    public ReadOnlySpan<int> I32(long offset, int count) => Slice<int>(offset, count);

    /// <inheritdoc cref="F32"/>
    public ReadOnlySpan<uint> U32(long offset, int count) => Slice<uint>(offset, count);

    /// <inheritdoc cref="F32"/>
    public ReadOnlySpan<long> I64(long offset, int count) => Slice<long>(offset, count);

    /// <inheritdoc cref="F32"/>
    public ReadOnlySpan<ulong> U64(long offset, int count) => Slice<ulong>(offset, count);

    /// <inheritdoc cref="F32"/>
    public ReadOnlySpan<bool> Bool(long offset, int count) => Slice<bool>(offset, count);

    /// <summary>Releases the weights as soon as no scratch block refers to them.</summary>
    public void Dispose() => _memory.Dispose();

    /// <summary>Weights of no model.</summary>
    /// <param name="length">Bytes of weights.</param>
    /// <exception cref="OutOfMemoryException">The system has not enough memory.</exception>
    internal static PredictorWeights Zeros(long length) => new(WeightsMemory.Zeros(checked(WeightsHeader.Size + length + WeightsHeader.TailSize)));

    internal void AddReference()
    {
        bool isAdded = false;
        _memory.DangerousAddRef(ref isAdded);
    }

    internal void ReleaseReference() => _memory.DangerousRelease();

    private static PredictorWeights? OpenGiven(PredictorOptions? options, ReadOnlySpan<byte> planHash)
    {
        if (options?.WeightsPath is string path)
        {
            return options.Weights.IsEmpty
                ? FromFile(path, planHash)
                : throw new ArgumentException("Both WeightsPath and Weights are given; use one of them.", nameof(options));
        }

        return options is null || options.Weights.IsEmpty ? null : FromBytes(options.Weights.Span, planHash);
    }

    private static string? Fault(WeightsMemory memory, ReadOnlySpan<byte> planHash) =>
        WeightsHeader.Fault(new ReadOnlySpan<byte>(memory.Start, (int)Math.Min(memory.Length, WeightsHeader.Size)), memory.Length, planHash);

    private static InvalidDataException Refuse(WeightsMemory memory, string source, string fault)
    {
        memory.Dispose();
        return new InvalidDataException($"{source} {fault}");
    }

    // Its own method: the name of an assembly takes longer to find out than the weights take to be read.
    private static string SourceOf(Assembly assembly, string resourceName) => $"The resource '{resourceName}' of '{assembly.GetName().Name}'";

    private static WeightsMemory Copy(Stream stream)
    {
        const int Chunk = 1 << 30;
        WeightsMemory memory = WeightsMemory.Allocate(stream.Length);
        for (long done = 0; done < memory.Length;)
        {
            int count = (int)Math.Min(Chunk, memory.Length - done);
            stream.ReadExactly(new Span<byte>(memory.Start + done, count));
            done += count;
        }

        return memory;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ReadOnlySpan<T> Slice<T>(long offset, int count)
        where T : unmanaged
    {
        byte* start = _memory.Start;
        if (start == null || (ulong)offset > (ulong)Length || (ulong)count * (ulong)sizeof(T) > (ulong)(Length - offset))
        {
            Throw.OutsideBlock(start == null, offset, count, nameof(PredictorWeights));
        }

        return new ReadOnlySpan<T>(start + WeightsHeader.Size + offset, count);
    }
}
