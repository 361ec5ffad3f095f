using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Planning;

/// <summary>
/// Runs a plan in the compiler through the runtime's kernels, the same that users run: calibration, accuracy and verification.
/// Not safe to use from two threads at once.
/// </summary>
public sealed unsafe class PlanInterpreter : IDisposable
{
    private readonly ExecutionPlan _plan;
    private readonly BoundStep[] _steps;
    private readonly List<nint> _blocks = [];
    private readonly CallerStrings _strings = new();
    private readonly CountedSteps? _counted;
    private readonly nint _arena;
    private readonly nint _weights;
    private readonly bool _hasStrings;
    private CancellationToken _cancellation;

    /// <summary>Binds every step of a plan to its kernel.</summary>
    /// <exception cref="InvalidOperationException">A step calls a kernel that does not exist or with arguments that do not fit.</exception>
    public PlanInterpreter(CompiledModel model)
    {
        _plan = model.Plan.CallDims == 0 ? model.Plan : throw new InvalidOperationException("The sizes of the plan are not set; PlanSizes.At sets them.");
        _hasStrings = _plan.Inputs.Concat(_plan.Outputs).Any(p => p.Type == PlanElementType.String);
        _weights = Allocate(model.Weights.Length + WeightsBuilder.Alignment);
        model.Weights.CopyTo(new Span<byte>((void*)_weights, model.Weights.Length));
        Action poll = () => _cancellation.ThrowIfCancellationRequested();
        if (_plan.Dims.Count > 0)
        {
            _steps = [];
            _counted = new CountedSteps(_plan, (steps, counts) => BlockBinder.Bind(steps, Literal, _strings.Handle, counts, poll));
            return;
        }

        _arena = Allocate(_plan.ArenaBytes + WeightsBuilder.Alignment);
        _steps = BlockBinder.Bind(_plan.Steps, Literal, _strings.Handle, 0, poll);
    }

    /// <summary>The threads that kernels share their work with, or null for the calling thread alone; the caller disposes it.</summary>
    public ThreadTeam? Threads { get; init; }

    /// <summary>True to go on where a step that counts or decodes refuses the values: a plan for sizes that are not those of the values is tried.</summary>
    internal bool IsTrial { get; init; }

    /// <summary>Computes one call.</summary>
    /// <param name="inputs">One tensor per input of the plan, of its type and number of elements.</param>
    /// <returns>One tensor per output.</returns>
    /// <exception cref="ArgumentException">The inputs are others than the plan's, or a size that a step counts does not fit the model.</exception>
    public Tensor[] Run(IReadOnlyList<Tensor> inputs, CancellationToken cancellation = default)
    {
        if (inputs.Count != _plan.Inputs.Count)
        {
            throw new ArgumentException($"{_plan.Inputs.Count} inputs are needed, {inputs.Count} were given.", nameof(inputs));
        }

        _cancellation = cancellation;
        GCHandle[] pins = new GCHandle[_plan.Inputs.Count + _plan.Outputs.Count];
        nint[] ports = GC.AllocateArray<nint>(pins.Length, pinned: true);
        byte[]?[] outputs = new byte[_plan.Outputs.Count][];
        long[][] dims = new long[_plan.Outputs.Count][];
        _strings.Inputs = [.. inputs.Select(t => t.DType == DType.String ? t.ToStringArray() : null)];
        _strings.Outputs = new string[_plan.Outputs.Count][];
        using ThreadScope threads = UseThreads();
        try
        {
            for (int i = 0; i < inputs.Count; i++)
            {
                Pin(i, InputBytes(i, inputs[i]));
            }

            nint first = (nint)Unsafe.AsPointer(ref MemoryMarshal.GetArrayDataReference(ports));
            if (_counted is not null)
            {
                _counted.Run(first, first + (inputs.Count * sizeof(nint)), _weights, Allocate, cancellation);
                return Results();
            }

            Allocate([]);
            for (int i = 0; i < _steps.Length; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                try
                {
                    _steps[i](first, first + (inputs.Count * sizeof(nint)), _arena, _weights);
                }
                catch (Exception e) when (IsTrial && e is ArgumentException or InvalidDataException && Judges(_plan.Steps[i]))
                {
                }
            }

            return Results();
        }
        finally
        {
            foreach (GCHandle pin in pins)
            {
                if (pin.IsAllocated)
                {
                    pin.Free();
                }
            }
        }

        void Pin(int port, byte[] bytes)
        {
            pins[port] = GCHandle.Alloc(bytes, GCHandleType.Pinned);
            ports[port] = pins[port].AddrOfPinnedObject();
        }

        // Makes room for the outputs whose sizes are known by now.
        void Allocate(IReadOnlyList<long> counts)
        {
            for (int i = 0; i < outputs.Length; i++)
            {
                PlanPort port = _plan.Outputs[i];
                if (dims[i] is null && port.Sizes.All(s => s.LastDim < counts.Count))
                {
                    dims[i] = port.IsSized ? [.. port.Sizes.Select(s => s.Evaluate(counts))] : [.. port.Dims];
                    long count = dims[i].Aggregate(1L, (a, b) => checked(a * b));
                    _strings.Outputs[i] = port.Type == PlanElementType.String ? new string[count] : null;
                    Pin(inputs.Count + i, outputs[i] = new byte[checked(count * DTypes.SizeOf(PlanElementTypes.ToDType(port.Type)))]);
                }
            }
        }

        Tensor[] Results() => [.. _plan.Outputs.Select((port, i) => _strings.Outputs[i] is { } strings
            ? Tensor.OfStrings(strings, dims[i])
            : new Tensor(PlanElementTypes.ToDType(port.Type), dims[i], outputs[i]!))];
    }

    /// <summary>Computes one call of a plan without strings on memory of the caller; allocates nothing and checks nothing but the numbers of addresses.</summary>
    /// <param name="inputs">Address of each input, which holds the elements that the plan says.</param>
    /// <param name="outputs">Address of each output.</param>
    /// <param name="ticks">Empty, or one element per step, to which the step's time in <see cref="Stopwatch"/> ticks is added.</param>
    /// <exception cref="ArgumentException">The numbers of addresses are others.</exception>
    /// <exception cref="NotSupportedException">An input or output is strings, which have no address, or steps count sizes.</exception>
    public void Run(ReadOnlySpan<nint> inputs, ReadOnlySpan<nint> outputs, Span<long> ticks = default)
    {
        if (inputs.Length != _plan.Inputs.Count || outputs.Length != _plan.Outputs.Count || (ticks.Length != 0 && ticks.Length != _steps.Length))
        {
            throw new ArgumentException($"{_plan.Inputs.Count} inputs, {_plan.Outputs.Count} outputs and 0 or {_steps.Length} times are needed.");
        }

        if (_counted is not null)
        {
            throw new NotSupportedException("Sizes of outputs are only known once steps have counted them.");
        }

        if (_hasStrings)
        {
            throw new NotSupportedException("An input or output is strings, which have no address.");
        }

        using ThreadScope threads = UseThreads();
        fixed (nint* input = inputs)
        fixed (nint* output = outputs)
        {
            for (int i = 0; i < _steps.Length; i++)
            {
                long start = ticks.IsEmpty ? 0 : Stopwatch.GetTimestamp();
                _steps[i]((nint)input, (nint)output, _arena, _weights);
                if (!ticks.IsEmpty)
                {
                    ticks[i] += Stopwatch.GetTimestamp() - start;
                }
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (nint block in _blocks)
        {
            AlignedMemory.Free((void*)block);
        }

        _blocks.Clear();
        _counted?.Dispose();
        _strings.Dispose();
    }

    // What counts, what reads the lists that say how much there is, and what decodes.
    private static bool Judges(PlanStep step) => step.Kernel.Length > 0 && KernelCatalog.Find(step.Kernel) is { } kernel &&
        (kernel.ReturnType == typeof(long) || kernel.DeclaringType == typeof(ImageDecoder) || kernel.DeclaringType == typeof(Reshapes) || kernel.DeclaringType == typeof(Extents));

    private ThreadScope UseThreads() => Threads is null ? default : Threads.Use();

    private byte[] InputBytes(int index, Tensor tensor)
    {
        PlanPort port = _plan.Inputs[index];
        if (PlanElementTypes.OfPort(tensor.DType) != port.Type || tensor.Count != port.Count)
        {
            throw new ArgumentException($"Input '{port.Name}' is {port.Type}[{string.Join(',', port.Dims)}]; {tensor.Type} was given.");
        }

        return tensor.Bytes.ToArray();
    }

    private nint Literal(ReadOnlySpan<byte> bytes)
    {
        nint block = Allocate(Math.Max(bytes.Length, 1));
        bytes.CopyTo(new Span<byte>((void*)block, bytes.Length));
        return block;
    }

    private nint Allocate(long bytes)
    {
        void* block = AlignedMemory.AllocateZeroed((nuint)bytes);
        _blocks.Add((nint)block);
        return (nint)block;
    }
}
