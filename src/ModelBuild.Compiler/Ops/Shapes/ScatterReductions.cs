using System.Numerics;
using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.Shapes;

/// <summary>How a scattered element meets the one that is there.</summary>
internal static class ScatterReductions
{
    /// <summary>The attribute of a node.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">The value does not exist (MDB2002).</exception>
    public static ScatterReduction Of(Node node) => node.Attributes.GetString("reduction", "none") switch
    {
        "none" => ScatterReduction.None,
        "add" => ScatterReduction.Add,
        "mul" => ScatterReduction.Mul,
        "max" => ScatterReduction.Max,
        "min" => ScatterReduction.Min,
        string other => throw NodeErrors.Attribute(node, "reduction", other, "It must be none, add, mul, max or min."),
    };

    /// <summary>A copy of the operand with updates applied in order.</summary>
    /// <param name="moves">Pairs of element positions: in the updates, in the operand.</param>
    public static Tensor Apply(Node node, Tensor x, Tensor updates, IEnumerable<(long From, long To)> moves)
    {
        ElementTypes.Same(node, x.DType, updates.DType);
        ScatterReduction reduction = Of(node);
        Results.Check(node, x.DType, x.Dims);
        Tensor y = new(x.DType, x.Dims, x.Bytes.ToArray());
        if (reduction != ScatterReduction.None)
        {
            return ElementTypes.Dispatch(node, x.DType, new Reduce(y, updates, moves, reduction));
        }

        foreach ((long from, long to) in moves)
        {
            Elements.Copy(updates, from, y, to);
        }

        return y;
    }

    private readonly record struct Reduce(Tensor Y, Tensor Updates, IEnumerable<(long From, long To)> Moves, ScatterReduction Reduction) : INumericFunction
    {
        public Tensor Invoke<T>()
            where T : unmanaged, INumber<T>, IMinMaxValue<T>
        {
            foreach ((long from, long to) in Moves)
            {
                T update = Updates.Span<T>()[(int)from];
                ref T target = ref Y.MutableSpan<T>()[(int)to];
                target = Reduction switch
                {
                    ScatterReduction.Add => unchecked(target + update),
                    ScatterReduction.Mul => unchecked(target * update),
                    ScatterReduction.Max => T.Max(target, update),
                    _ => T.Min(target, update),
                };
            }

            return Y;
        }
    }
}
