using ModelBuild.Compiler.Ir;

namespace ModelBuild.Benchmarks.Networks;

/// <summary>Networks of fully connected layers.</summary>
internal static class DenseNetworks
{
    /// <summary>Three layers for one row of 784 numbers.</summary>
    public static byte[] Perceptron()
    {
        NetworkBuilder net = new("mlp");
        Value x = net.Relu(net.Dense(net.Input(1, 784), 512));
        x = net.Relu(net.Dense(x, 256));
        return net.Finish(net.Softmax(net.Dense(x, 10, gain: 1)));
    }

    /// <summary>One large matrix by one row: the speed of memory.</summary>
    public static byte[] MatrixVector()
    {
        NetworkBuilder net = new("gemv-1024");
        return net.Finish(net.Dense(net.Input(1, 1024), 1024));
    }

    /// <summary>One layer whose weights are a megabyte.</summary>
    public static byte[] Megabyte()
    {
        NetworkBuilder net = new("megabyte");
        return net.Finish(net.Softmax(net.Dense(net.Input(1, 512), 512, gain: 1)));
    }

    /// <summary>The perceptron on 16 rows at once.</summary>
    public static byte[] PerceptronOfRows()
    {
        NetworkBuilder net = new("mlp-16-rows");
        Value x = net.Relu(net.Dense(net.Input(16, 784), 512));
        x = net.Relu(net.Dense(x, 256));
        return net.Finish(net.Softmax(net.Dense(x, 10, gain: 1)));
    }
}
