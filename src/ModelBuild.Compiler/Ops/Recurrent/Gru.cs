using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.Recurrent;

/// <summary>ONNX GRU-14: gates update, reset, hidden; the reset gate scales the state or, with linear_before_reset, the product with it.</summary>
internal sealed class Gru : RecurrentOp
{
    private const int Update = 0;
    private const int Reset = 1;
    private const int Hidden = 2;

    /// <inheritdoc/>
    public override string OpType => "GRU";

    private protected override int Gates => 3;

    private protected override IReadOnlyList<RecurrentActivation> Defaults => [RecurrentActivation.Sigmoid, RecurrentActivation.Tanh];

    private protected override int SeparateGates => 1;

    private protected override int SeparateBias(Node node) => LinearBeforeReset(node) ? 1 : 0;

    private protected override void Step(RecurrentCell cell, Node node, ReadOnlySpan<double> x)
    {
        int count = cell.Hidden;
        double[] update = new double[count];
        double[] reset = new double[count];
        double[] scaled = new double[count];
        for (int i = 0; i < count; i++)
        {
            update[i] = cell.Apply(0, cell.Bounded(cell.Input(Update, i, x) + cell.Recurrence(Update, i, cell.H)));
            reset[i] = cell.Apply(0, cell.Bounded(cell.Input(Reset, i, x) + cell.Recurrence(Reset, i, cell.H)));
            scaled[i] = reset[i] * cell.H[i];
        }

        double[] next = new double[count];
        for (int i = 0; i < count; i++)
        {
            double recurrence = LinearBeforeReset(node) ? reset[i] * cell.Recurrence(Hidden, i, cell.H) : cell.Recurrence(Hidden, i, scaled);
            double hidden = cell.Apply(1, cell.Bounded(cell.Input(Hidden, i, x) + recurrence));
            next[i] = ((1 - update[i]) * hidden) + (update[i] * cell.H[i]);
        }

        cell.H = next;
    }

    private protected override void LowerDirection(ILoweringContext context, RecurrentLowering lowering, int direction)
    {
        RecurrentFunction f = lowering.Attributes.Function(direction, 0);
        RecurrentFunction g = lowering.Attributes.Function(direction, 1);
        context.Call(
            "Gru.F32", lowering.Macs, ("gates", lowering.Gates), ("r", lowering.Recurrence(direction)), ("bias", lowering.RecurrenceBias), ("lengths", context.InputOrNull(Lengths)),
            ("initialH", context.InputOrNull(InitialH)), ("y", lowering.Output(0)), ("yH", lowering.Output(1)), ("state", lowering.State(2)), ("steps", lowering.Steps), ("batch", lowering.Batch),
            ("hidden", lowering.Hidden), ("direction", direction), ("directions", lowering.Attributes.Directions), ("reverse", lowering.Attributes.IsReverse(direction)),
            ("batchFirst", lowering.Attributes.BatchFirst), ("linearBeforeReset", LinearBeforeReset(context.Node)), ("clip", lowering.Attributes.Clip),
            ("f", f.Kind), ("fAlpha", f.Alpha), ("fBeta", f.Beta), ("g", g.Kind), ("gAlpha", g.Alpha), ("gBeta", g.Beta));
    }

    private static bool LinearBeforeReset(Node node) => node.Attributes.GetInt("linear_before_reset", 0) != 0;
}
