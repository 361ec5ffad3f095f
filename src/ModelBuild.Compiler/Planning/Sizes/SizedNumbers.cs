using ModelBuild.Compiler.Ir;
using ModelBuild.Plan;

namespace ModelBuild.Compiler.Planning.Sizes;

/// <summary>Gives the arguments of steps the numbers that were found for them, in the order in which <see cref="SizeTrace"/> took them.</summary>
/// <param name="context">The lowering whose steps are resolved.</param>
/// <param name="arguments">A size for each number of the arguments.</param>
/// <param name="bytes">A size for each entry of <see cref="LoweringContext.Classes"/>.</param>
/// <param name="weights">Receives the constants.</param>
internal sealed class SizedNumbers(LoweringContext context, ReadOnlyMemory<PlanSize> arguments, IReadOnlyList<PlanSize> bytes, WeightsBuilder weights)
{
    private const int BeforeAllSteps = -1;

    private readonly Dictionary<PlanMemoryClass, int> _buffers = [];
    private readonly List<PlanBuffer> _placed = [];
    private readonly Dictionary<(PlanMemoryClass Constant, PlanList<PlanSize> Values), int> _computed = [];
    private readonly List<PlanStep> _stores = [];
    private int _position;

    /// <summary>Buffers so far.</summary>
    public PlanList<PlanBuffer> Buffers => new(_placed);

    /// <summary>Steps that must run before all others: they write integers that depend on sizes.</summary>
    public IReadOnlyList<PlanStep> Stores => _stores;

    /// <summary>The argument where it depends on sizes or lies in a buffer; null for a literal.</summary>
    public PlanArgument? Next(string name, object value)
    {
        List<long> numbers = [];
        ArgumentForm.Take(value, context, numbers);
        ReadOnlySpan<PlanSize> sizes = arguments.Span.Slice(_position, numbers.Count);
        _position += numbers.Count;
        if (value is PlannedOperand operand)
        {
            return new OperandArgument(name, Operand(operand, sizes));
        }

        foreach (PlanSize size in sizes)
        {
            if (size is not SizeNumber)
            {
                return value switch
                {
                    int or long => new SizeArgument(name, size, value is long),
                    _ => new SizesArgument(name, new PlanList<PlanSize>(sizes.ToArray()), value is long[]),
                };
            }
        }

        return null;
    }

    private PlanOperand Operand(PlannedOperand operand, ReadOnlySpan<PlanSize> sizes)
    {
        PlanMemoryClass memory = operand.Class.Root;
        bool isPort = memory.Memory is PlanMemory.Input or PlanMemory.Output;
        PlanElementType type = (isPort ? PlanElementTypes.OfPort(operand.DType) : PlanElementTypes.From(operand.DType)) ?? throw new InvalidOperationException($"No kernel takes {operand.DType}.");
        PlanSize? size = sizes[0] is SizeNumber ? null : sizes[0];
        long count = size is null ? operand.Count : 0;
        return memory.Memory switch
        {
            PlanMemory.Weights when !IsFixed(sizes[1..]) => new PlanOperand(PlanMemory.Buffer, type, Computed(memory, type, new PlanList<PlanSize>(sizes[1..].ToArray())), 0, count),
            PlanMemory.Weights => new PlanOperand(PlanMemory.Weights, type, 0, weights.Add(context.Constants.BytesOf(memory)).Offset, count, size),
            PlanMemory.Arena => new PlanOperand(PlanMemory.Buffer, type, BufferOf(memory), 0, count, size),
            _ => new PlanOperand(memory.Memory, type, memory.Index, 0, count, size),
        };
    }

    private int BufferOf(PlanMemoryClass memory)
    {
        if (!_buffers.TryGetValue(memory, out int index))
        {
            index = _placed.Count;
            _buffers.Add(memory, index);
            _placed.Add(new PlanBuffer(bytes[context.Classes.IndexOf(memory)], memory.FirstUse, memory.LastUse));
        }

        return index;
    }

    // A shape that the graph reads as numbers: written anew by every call.
    private int Computed(PlanMemoryClass constant, PlanElementType type, PlanList<PlanSize> values)
    {
        if (!_computed.TryGetValue((constant, values), out int index))
        {
            index = _placed.Count;
            _computed.Add((constant, values), index);
            _placed.Add(new PlanBuffer(PlanSize.Of(constant.Bytes), BeforeAllSteps, int.MaxValue));
            OperandArgument y = new("y", new PlanOperand(PlanMemory.Buffer, type, index, 0, values.Count));
            _stores.Add(new PlanStep("sizes of the call", "Sizes", "SizeValues.Run", new PlanList<PlanArgument>([y, new SizesArgument("values", values, true)]), 0));
        }

        return index;
    }

    private static bool IsFixed(ReadOnlySpan<PlanSize> sizes)
    {
        foreach (PlanSize size in sizes)
        {
            if (size is not SizeNumber)
            {
                return false;
            }
        }

        return true;
    }
}
