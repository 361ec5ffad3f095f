using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.Recurrent;

/// <summary>ONNX LSTM-14: gates input, output, forget, cell, with optional peepholes from the cell.</summary>
internal sealed class Lstm : RecurrentOp
{
    private const int Input = 0;
    private const int Output = 1;
    private const int Forget = 2;
    private const int Cell = 3;

    /// <inheritdoc/>
    public override string OpType => "LSTM";

    private protected override int MaxInputs => 8;

    private protected override int Gates => 4;

    private protected override bool HasCell => true;

    private protected override IReadOnlyList<RecurrentActivation> Defaults => [RecurrentActivation.Sigmoid, RecurrentActivation.Tanh, RecurrentActivation.Tanh];

    private protected override void Step(RecurrentCell cell, Node node, ReadOnlySpan<double> x)
    {
        double[] next = new double[cell.Hidden];
        for (int i = 0; i < next.Length; i++)
        {
            double before = cell.C[i];
            double input = cell.Apply(0, cell.Bounded(Sum(cell, Input, i, x) + cell.Peephole(Input, i, before)));
            double forget = InputForget(node) ? 1 - input : cell.Apply(0, cell.Bounded(Sum(cell, Forget, i, x) + cell.Peephole(Forget, i, before)));
            cell.C[i] = (forget * before) + (input * cell.Apply(1, cell.Bounded(Sum(cell, Cell, i, x))));
            double output = cell.Apply(0, cell.Bounded(Sum(cell, Output, i, x) + cell.Peephole(Output, i, cell.C[i])));
            next[i] = output * cell.Apply(2, cell.C[i]);
        }

        cell.H = next;
    }

    private protected override void LowerDirection(ILoweringContext context, RecurrentLowering lowering, int direction)
    {
        RecurrentFunction f = lowering.Attributes.Function(direction, 0);
        RecurrentFunction g = lowering.Attributes.Function(direction, 1);
        RecurrentFunction h = lowering.Attributes.Function(direction, 2);
        context.Call(
            "Lstm.F32", lowering.Macs, ("gates", lowering.Gates), ("r", lowering.Recurrence(direction)), ("peepholes", context.InputOrNull(Peepholes)), ("lengths", context.InputOrNull(Lengths)),
            ("initialH", context.InputOrNull(InitialH)), ("initialC", context.InputOrNull(InitialC)), ("y", lowering.Output(0)), ("yH", lowering.Output(1)), ("yC", lowering.Output(2)),
            ("state", lowering.State(2)), ("steps", lowering.Steps), ("batch", lowering.Batch), ("hidden", lowering.Hidden), ("direction", direction), ("directions", lowering.Attributes.Directions),
            ("reverse", lowering.Attributes.IsReverse(direction)), ("batchFirst", lowering.Attributes.BatchFirst), ("inputForget", InputForget(context.Node)), ("clip", lowering.Attributes.Clip),
            ("f", f.Kind), ("fAlpha", f.Alpha), ("fBeta", f.Beta), ("g", g.Kind), ("gAlpha", g.Alpha), ("gBeta", g.Beta), ("h", h.Kind), ("hAlpha", h.Alpha), ("hBeta", h.Beta));
    }

    private static double Sum(RecurrentCell cell, int gate, int unit, ReadOnlySpan<double> x) => cell.Input(gate, unit, x) + cell.Recurrence(gate, unit, cell.H);

    private static bool InputForget(Node node) => node.Attributes.GetInt("input_forget", 0) != 0;
}
