using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.Recurrent;

/// <summary>ONNX RNN-14: h = f(x W + h R + b).</summary>
internal sealed class Rnn : RecurrentOp
{
    /// <inheritdoc/>
    public override string OpType => "RNN";

    private protected override int Gates => 1;

    private protected override IReadOnlyList<RecurrentActivation> Defaults => [RecurrentActivation.Tanh];

    private protected override void Step(RecurrentCell cell, Node node, ReadOnlySpan<double> x)
    {
        double[] next = new double[cell.Hidden];
        for (int i = 0; i < next.Length; i++)
        {
            next[i] = cell.Apply(0, cell.Bounded(cell.Input(0, i, x) + cell.Recurrence(0, i, cell.H)));
        }

        cell.H = next;
    }

    private protected override void LowerDirection(ILoweringContext context, RecurrentLowering lowering, int direction)
    {
        RecurrentFunction f = lowering.Attributes.Function(direction, 0);
        context.Call(
            "Rnn.F32", lowering.Macs, ("gates", lowering.Gates), ("r", lowering.Recurrence(direction)), ("lengths", context.InputOrNull(Lengths)), ("initialH", context.InputOrNull(InitialH)),
            ("y", lowering.Output(0)), ("yH", lowering.Output(1)), ("state", lowering.State(1)), ("steps", lowering.Steps), ("batch", lowering.Batch), ("hidden", lowering.Hidden),
            ("direction", direction), ("directions", lowering.Attributes.Directions), ("reverse", lowering.Attributes.IsReverse(direction)), ("batchFirst", lowering.Attributes.BatchFirst),
            ("clip", lowering.Attributes.Clip), ("f", f.Kind), ("fAlpha", f.Alpha), ("fBeta", f.Beta));
    }
}
