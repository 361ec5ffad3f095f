using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Recurrent;

/// <summary>Checks of a recurrent operator's shapes as far as they are known.</summary>
internal static class RecurrentShapes
{
    private const int Biases = 2;
    private const int PeepholeGates = 3;

    /// <summary>The size of the state.</summary>
    public static Dim Hidden(Node node) =>
        node.InputOrNull(2)?.Type.Shape is { Rank: 3 } r ? r[2]
        : node.Attributes.TryGet("hidden_size", out IntAttribute? size) && size.Value >= 0 ? new Dim(size.Value)
        : Dim.Unknown;

    /// <summary>Checks every input against the others.</summary>
    /// <exception cref="Diagnostics.ModelBuildException">Shapes contradict each other (MDB3002) or the attributes (MDB2003).</exception>
    public static void Check(Node node, RecurrentAttributes attributes, int gates)
    {
        Dim hidden = Hidden(node);
        if (hidden.IsKnown && node.Attributes.TryGet("hidden_size", out IntAttribute? size) && size.Value != hidden.Value)
        {
            throw NodeErrors.Invalid(node, $"hidden_size is {size.Value}, but the weights are for {hidden}.");
        }

        Shape? x = node.InputOrNull(0)?.Type.Shape;
        if (x is not null && x.Rank != 3)
        {
            throw NodeErrors.Shape(node, $"the input {x} must have three dimensions.");
        }

        Dim batch = x is null ? Dim.Unknown : x[attributes.BatchFirst ? 0 : 1];
        Dim width = x is null ? Dim.Unknown : x[2];
        Dim directions = attributes.Directions;
        Dim Rows(int factor) => hidden.Map(h => checked(factor * h));
        Dim[] state = attributes.BatchFirst ? [batch, directions, hidden] : [directions, batch, hidden];
        Check(node, 1, directions, Rows(gates), width);
        Check(node, 2, directions, Rows(gates), hidden);
        Check(node, 3, directions, Rows(Biases * gates));
        Check(node, 4, batch);
        Check(node, 5, state);
        Check(node, 6, state);
        Check(node, 7, directions, Rows(PeepholeGates));
    }

    private static void Check(Node node, int index, params Dim[] wanted)
    {
        if (node.InputOrNull(index)?.Type.Shape is not { } shape)
        {
            return;
        }

        bool fits = shape.Rank == wanted.Length;
        for (int i = 0; fits && i < wanted.Length; i++)
        {
            fits = !shape[i].IsKnown || !wanted[i].IsKnown || shape[i] == wanted[i];
        }

        if (!fits)
        {
            throw NodeErrors.Shape(node, $"input {index} is {shape}; {new Shape(wanted)} is needed.");
        }
    }
}
