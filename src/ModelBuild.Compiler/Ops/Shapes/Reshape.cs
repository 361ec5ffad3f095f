using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>ONNX Reshape-14: 0 copies a size (unless allowzero), one -1 is computed.</summary>
public sealed class Reshape : ReshapeFamily
{
    /// <inheritdoc/>
    public override string OpType => "Reshape";

    private protected override string List => "target";

    private protected override IEnumerable<(string Name, StepValue Value)> Literal(Node node) => [("allowZero", node.Attributes.GetInt("allowzero", 0) != 0)];

    // An empty tensor may have any other sizes.
    private protected override IReadOnlyList<CountRange> Ranges(Shape input, Shape result) => RunTimeValues.Counted(result, input.ElementCount > 0 ? input.ElementCount : null);

    /// <summary>A size of the target stands for itself unless it is -1 or 0.</summary>
    public override string? ExpectedKey(Node node, int size)
    {
        ArgumentNullException.ThrowIfNull(node);
        return CountOrigin.Of(node.Input(1), TargetOf(node, node.Input(0).Type.Shape!)!.Index().Where(d => !d.Item.IsKnown).ElementAt(size).Index);
    }

    private protected override int MinInputs => 2;

    private protected override int MaxInputs => 2;

    /// <inheritdoc/>
    protected override Shape? Target(Node node, Shape input, Func<int, Tensor?> constant)
    {
        if (constant(1) is not { } target)
        {
            return Computed(node, input);
        }

        bool allowZero = node.Attributes.GetInt("allowzero", 0) != 0;
        long[] sizes = Elements.Integers(node, 1, target);
        Dim[] dims = new Dim[sizes.Length];
        int free = -1;
        for (int i = 0; i < sizes.Length; i++)
        {
            if (sizes[i] == -1)
            {
                free = free < 0 ? i : throw NodeErrors.Shape(node, $"the target [{string.Join(',', sizes)}] has two free sizes.");
                dims[i] = Dim.Unknown;
            }
            else if (sizes[i] == 0 && !allowZero)
            {
                dims[i] = i < input.Rank ? input[i] : throw NodeErrors.Shape(node, $"the target [{string.Join(',', sizes)}] copies a size that {input} does not have.");
            }
            else
            {
                dims[i] = sizes[i] >= 0 ? sizes[i] : throw NodeErrors.Shape(node, $"the target [{string.Join(',', sizes)}] has a negative size.");
            }
        }

        if (free >= 0)
        {
            dims[free] = Free(node, input, dims, free);
        }

        return new Shape(dims);
    }

    // The target is computed at run time from shapes: what is known of it, and one unknown size where the rest is known.
    private static Shape? Computed(Node node, Shape input)
    {
        if (node.InputOrNull(1) is not { } value || ShapeValues.Entries(value) is not { } dims)
        {
            return null;
        }

        // A size of 0 copies; entries that are not numbers may be 0 as well, but then the tensor is empty and the result is the same.
        for (int i = 0; i < dims.Length; i++)
        {
            if (dims[i].IsKnown && dims[i].Value == 0 && node.Attributes.GetInt("allowzero", 0) == 0)
            {
                dims[i] = i < input.Rank ? input[i] : Dim.Unknown;
            }
        }

        int free = Array.FindIndex(dims, d => d.IsUnknown);
        if (free >= 0 && dims.Count(d => d.IsUnknown) == 1)
        {
            dims[free] = Free(node, input, dims, free);
        }

        return new Shape(dims);
    }

    private static Dim Free(Node node, Shape input, Dim[] dims, int free)
    {
        // Sizes that stand on both sides, symbols included, cancel; what is left must be numbers.
        List<Dim> left = [.. input];
        List<Dim> right = [.. dims.Where((_, i) => i != free)];
        foreach (Dim dim in right.Where(d => !d.IsKnown).ToArray())
        {
            if (left.Remove(dim))
            {
                right.Remove(dim);
            }
        }

        if (right.Any(d => !d.IsKnown))
        {
            return Dim.Unknown;
        }

        Dim[] symbols = [.. left.Where(d => !d.IsKnown)];
        long known = left.Where(d => d.IsKnown).Aggregate(1L, (a, d) => checked(a * d.Value));
        long divisor = right.Aggregate(1L, (a, d) => checked(a * d.Value));
        if (symbols.Length > 1 || (symbols.Length == 1 && symbols[0].IsUnknown))
        {
            return Dim.Unknown;
        }

        if (divisor == 0 || known % divisor != 0)
        {
            return symbols.Length == 0 ? throw NodeErrors.Shape(node, $"{input} cannot be reshaped to [{string.Join(',', dims)}].") : Dim.Unknown;
        }

        Dim rest = known / divisor;
        return symbols.Length == 0 ? rest : rest * symbols[0];
    }
}
