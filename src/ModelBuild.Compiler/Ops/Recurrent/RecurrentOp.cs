using ModelBuild.Compiler.Ir;
using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.Recurrent;

/// <summary>What RNN, GRU and LSTM share: directions, layout, lengths, initial states and the walk over the steps.</summary>
internal abstract class RecurrentOp : CheckedOp
{
    private const int Weights = 1;
    private const int RecurrentWeights = 2;
    private protected const int Bias = 3;
    private protected const int Lengths = 4;
    private protected const int InitialH = 5;
    private protected const int InitialC = 6;
    private protected const int Peepholes = 7;

    private protected sealed override int MinInputs => 3;

    private protected override int MaxInputs => 6;

    private protected sealed override bool WidensBFloat16 => true;

    /// <summary>Number of gates.</summary>
    private protected abstract int Gates { get; }

    /// <summary>Activation functions of one direction where the model names none.</summary>
    private protected abstract IReadOnlyList<RecurrentActivation> Defaults { get; }

    /// <summary>Whether there is a cell beside the state.</summary>
    private protected virtual bool HasCell => false;

    /// <summary>Changes the cell's state by one step.</summary>
    private protected abstract void Step(RecurrentCell cell, Node node, ReadOnlySpan<double> x);

    /// <summary>Appends the kernel call of one direction.</summary>
    private protected abstract void LowerDirection(ILoweringContext context, RecurrentLowering lowering, int direction);

    /// <summary>How many gates at the end multiply the state by themselves.</summary>
    private protected virtual int SeparateGates => 0;

    /// <summary>How many gates at the end add the bias of the recurrence to their own product.</summary>
    private protected virtual int SeparateBias(Node node) => 0;

    /// <summary>The attributes of a node.</summary>
    private protected RecurrentAttributes AttributesOf(Node node) => RecurrentAttributes.Read(node, Defaults);

    private protected sealed override void Infer(InferenceContext context)
    {
        Node node = context.Node;
        RecurrentAttributes attributes = AttributesOf(node);
        DType type = context.Input(0).DType;
        for (int i = 0; i < node.Inputs.Count; i++)
        {
            if (node.Inputs[i] is { } input)
            {
                Func<DType, bool> allowed = i == Lengths ? static t => t == DType.I32 : DTypes.IsFloat;
                ElementTypes.Require(node, i, input.Type.DType, allowed, i == Lengths ? "int32 elements" : "floating-point elements");
                if (i != Lengths)
                {
                    type = ElementTypes.Same(node, type, input.Type.DType);
                }
            }
        }

        RecurrentShapes.Check(node, attributes, Gates);
        Shape? x = context.Shape(0);
        Dim steps = x is null ? Dim.Unknown : x[attributes.BatchFirst ? 1 : 0];
        Dim batch = x is null ? Dim.Unknown : x[attributes.BatchFirst ? 0 : 1];
        Dim hidden = RecurrentShapes.Hidden(node);
        Shape state = attributes.BatchFirst ? new Shape(batch, attributes.Directions, hidden) : new Shape(attributes.Directions, batch, hidden);
        context.SetOutput(0, type, attributes.BatchFirst ? new Shape(batch, steps, attributes.Directions, hidden) : new Shape(steps, attributes.Directions, batch, hidden));
        context.SetOutput(1, type, state);
        if (HasCell)
        {
            context.SetOutput(2, type, state);
        }
    }

    private protected sealed override Tensor[] Compute(EvaluationContext context)
    {
        Node node = context.Node;
        RecurrentAttributes attributes = AttributesOf(node);
        Tensor x = context.Input(0);
        bool batchFirst = attributes.BatchFirst;
        int steps = (int)x.Dims[batchFirst ? 1 : 0];
        int batch = (int)x.Dims[batchFirst ? 0 : 1];
        int width = (int)x.Dims[2];
        int hidden = (int)context.Input(RecurrentWeights).Dims[2];
        int directions = attributes.Directions;
        long[] stateDims = batchFirst ? [batch, directions, hidden] : [directions, batch, hidden];
        long[] outputDims = batchFirst ? [batch, steps, directions, hidden] : [steps, directions, batch, hidden];
        Results.Check(node, x.DType, outputDims);
        double[] xs = x.ToDoubleArray();
        double[] w = context.Input(Weights).ToDoubleArray();
        double[] r = context.Input(RecurrentWeights).ToDoubleArray();
        double[]? bias = context.InputOrNull(Bias)?.ToDoubleArray();
        double[]? peepholes = context.InputOrNull(Peepholes)?.ToDoubleArray();
        double[]? h = context.InputOrNull(InitialH)?.ToDoubleArray();
        double[]? c = context.InputOrNull(InitialC)?.ToDoubleArray();
        long[]? lengths = context.InputOrNull(Lengths)?.ToInt64Array();
        double[] y = new double[steps * directions * batch * hidden];
        double[] lastH = new double[directions * batch * hidden];
        double[] lastC = new double[lastH.Length];
        for (int direction = 0; direction < directions; direction++)
        {
            for (int row = 0; row < batch; row++)
            {
                context.Cancellation.ThrowIfCancellationRequested();
                RecurrentCell cell = new(attributes, direction, Gates, width, hidden, w, r, bias, peepholes);
                int state = ((batchFirst ? (row * directions) + direction : (direction * batch) + row) * hidden);
                h?.AsSpan(state, hidden).CopyTo(cell.H);
                c?.AsSpan(state, hidden).CopyTo(cell.C);
                int length = (int)Math.Clamp(lengths?[row] ?? steps, 0, steps);
                for (int i = 0; i < length; i++)
                {
                    int step = attributes.IsReverse(direction) ? length - 1 - i : i;
                    Step(cell, node, xs.AsSpan((batchFirst ? (row * steps) + step : (step * batch) + row) * width, width));
                    int output = batchFirst ? (((row * steps) + step) * directions) + direction : (((step * directions) + direction) * batch) + row;
                    cell.H.CopyTo(y, output * hidden);
                }

                cell.H.CopyTo(lastH, state);
                cell.C.CopyTo(lastC, state);
            }
        }

        Tensor[] results = [NumericTensors.FromDouble(node, x.DType, y, outputDims), NumericTensors.FromDouble(node, x.DType, lastH, stateDims), NumericTensors.FromDouble(node, x.DType, lastC, stateDims)];
        return HasCell ? results : results[..2];
    }

    /// <inheritdoc/>
    public sealed override void Lower(ILoweringContext context)
    {
        RecurrentLowering lowering = new(context, AttributesOf(context.Node), Gates, SeparateGates, SeparateBias(context.Node));
        lowering.Project();
        for (int direction = 0; direction < lowering.Attributes.Directions; direction++)
        {
            LowerDirection(context, lowering, direction);
        }
    }
}
