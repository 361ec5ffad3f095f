using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Recurrent;

/// <summary>One sequence in one direction during reference evaluation: weights in binary64 and the state that steps change.</summary>
internal sealed class RecurrentCell(RecurrentAttributes attributes, int direction, int gates, int inputSize, int hidden, double[] w, double[] r, double[]? bias, double[]? peepholes)
{
    /// <summary>What the attributes say.</summary>
    public RecurrentAttributes Attributes { get; } = attributes;

    /// <summary>Size of the state.</summary>
    public int Hidden { get; } = hidden;

    /// <summary>The state.</summary>
    public double[] H { get; set; } = new double[hidden];

    /// <summary>The cell of an LSTM.</summary>
    public double[] C { get; } = new double[hidden];

    /// <summary>A function of the direction.</summary>
    public double Apply(int function, double x) => Attributes.Function(direction, function).Apply(x);

    /// <summary>The bounded argument of a gate's function.</summary>
    public double Bounded(double x) => Attributes.Clip > 0 ? Math.Clamp(x, -Attributes.Clip, Attributes.Clip) : x;

    /// <summary>The input's part of a gate's argument, with its bias.</summary>
    public double Input(int gate, int unit, ReadOnlySpan<double> x)
    {
        double sum = bias is null ? 0 : bias[BiasAt(0, gate, unit)];
        int row = ((direction * gates * Hidden) + (gate * Hidden) + unit) * inputSize;
        for (int i = 0; i < inputSize; i++)
        {
            sum += w[row + i] * x[i];
        }

        return sum;
    }

    /// <summary>The state's part of a gate's argument, with its bias.</summary>
    public double Recurrence(int gate, int unit, ReadOnlySpan<double> h)
    {
        double sum = bias is null ? 0 : bias[BiasAt(1, gate, unit)];
        int row = ((direction * gates * Hidden) + (gate * Hidden) + unit) * Hidden;
        for (int i = 0; i < Hidden; i++)
        {
            sum += r[row + i] * h[i];
        }

        return sum;
    }

    /// <summary>A peephole's weight times a cell; 0 where there are none.</summary>
    public double Peephole(int index, int unit, double cell) => peepholes is null ? 0 : peepholes[(((direction * 3) + index) * Hidden) + unit] * cell;

    private int BiasAt(int half, int gate, int unit) => (((((direction * 2) + half) * gates) + gate) * Hidden) + unit;
}
