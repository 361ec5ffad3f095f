namespace Digits.Training;

/// <summary>Adam (Kingma, Ba: "Adam: a method for stochastic optimization", 2015) with the usual constants.</summary>
internal sealed class AdamOptimizer
{
    private const double Beta1 = 0.9;
    private const double Beta2 = 0.999;
    private const double Epsilon = 1e-7;

    private readonly Parameter[] _parameters;
    private readonly float[][] _means;
    private readonly float[][] _variances;
    private double _beta1Power = 1;
    private double _beta2Power = 1;

    /// <summary>An optimizer of <paramref name="parameters"/>.</summary>
    public AdamOptimizer(IEnumerable<Parameter> parameters)
    {
        _parameters = [.. parameters];
        _means = [.. _parameters.Select(parameter => new float[parameter.Value.Length])];
        _variances = [.. _parameters.Select(parameter => new float[parameter.Value.Length])];
    }

    /// <summary>Moves every parameter against its gradient, then clears the gradients.</summary>
    public void Step(double learningRate)
    {
        _beta1Power *= Beta1;
        _beta2Power *= Beta2;
        float rate = (float)(learningRate * Math.Sqrt(1 - _beta2Power) / (1 - _beta1Power));
        for (int p = 0; p < _parameters.Length; p++)
        {
            float[] value = _parameters[p].Value;
            float[] gradient = _parameters[p].Gradient;
            float[] mean = _means[p];
            float[] variance = _variances[p];
            for (int i = 0; i < value.Length; i++)
            {
                float g = gradient[i];
                mean[i] += (float)(1 - Beta1) * (g - mean[i]);
                variance[i] += (float)(1 - Beta2) * ((g * g) - variance[i]);
                value[i] -= rate * mean[i] / (MathF.Sqrt(variance[i]) + (float)Epsilon);
            }

            Array.Clear(gradient);
        }
    }
}
