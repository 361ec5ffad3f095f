using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>ONNX Reshape-14: 0 copies a size (unless allowzero), one -1 is computed.</summary>
public sealed class Reshape : ReshapeFamily
{
    /// <inheritdoc/>
    public override string OpType => "Reshape";

    /// <inheritdoc/>
    protected override Shape? Target(Node node, Shape input, Func<int, Tensor?> constant)
    {
        if (constant(1) is not { } target)
        {
            return null;
        }

        bool allowZero = node.Attributes.GetInt("allowzero", 0) != 0;
        long[] sizes = target.ToInt64Array();
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
