using ModelBuild.Compiler.Ir;

namespace ModelBuild.Benchmarks.Networks;

/// <summary>Networks for microcontrollers: the four of MLPerf Tiny and a first network for handwritten digits.</summary>
internal static class TinyNetworks
{
    /// <summary>Two convolutions for digits of 28 x 28 pixels.</summary>
    public static byte[] Digits()
    {
        NetworkBuilder net = new("digits");
        Value x = net.Input(1, 1, 28, 28);
        x = net.MaxPool(net.Relu(net.Conv(x, 32, 3, 3, isPadded: false)), 2, 2);
        x = net.MaxPool(net.Relu(net.Conv(x, 64, 3, 3, isPadded: false)), 2, 2);
        return net.Finish(net.Softmax(net.Dense(net.Add("Flatten", [x]), 10, gain: 1)));
    }

    /// <summary>Image classification: ResNet with three blocks for 32 x 32 pixels.</summary>
    public static byte[] ResNet8()
    {
        NetworkBuilder net = new("resnet8");
        Value x = net.Relu(net.Conv(net.Input(1, 3, 32, 32), 16, 3, 3));
        foreach ((long channels, long stride) in ((long, long)[])[(16, 1), (32, 2), (64, 2)])
        {
            Value y = net.Conv(net.Relu(net.Conv(x, channels, 3, 3, stride)), channels, 3, 3, gain: 0.5f);
            Value shortcut = stride == 1 ? x : net.Conv(x, channels, 1, 1, stride, gain: 1);
            x = net.Relu(net.Add("Add", [y, shortcut]));
        }

        return net.Finish(net.Softmax(net.Dense(net.MeanOfChannels(x), 10, gain: 1)));
    }

    /// <summary>Keyword spotting: depthwise separable convolutions over 49 x 10 spectral coefficients.</summary>
    public static byte[] KeywordSpotting()
    {
        NetworkBuilder net = new("ds-cnn");
        Value x = net.Relu(net.Conv(net.Input(1, 1, 49, 10), 64, 10, 4, 2));
        for (int i = 0; i < 4; i++)
        {
            x = net.Relu(net.Conv(net.Relu(net.Depthwise(x)), 64, 1, 1));
        }

        return net.Finish(net.Softmax(net.Dense(net.MeanOfChannels(x), 12, gain: 1)));
    }

    /// <summary>Visual wake words: MobileNetV1 with a quarter of the channels for 96 x 96 pixels.</summary>
    public static byte[] VisualWakeWords()
    {
        NetworkBuilder net = new("mobilenetv1-0.25");
        Value x = net.Relu(net.Conv(net.Input(1, 3, 96, 96), 8, 3, 3, 2));
        foreach ((long channels, long stride) in ((long, long)[])[(16, 1), (32, 2), (32, 1), (64, 2), (64, 1), (128, 2), (128, 1), (128, 1), (128, 1), (128, 1), (128, 1), (256, 2), (256, 1)])
        {
            x = net.Relu(net.Conv(net.Relu(net.Depthwise(x, stride)), channels, 1, 1));
        }

        return net.Finish(net.Softmax(net.Dense(net.MeanOfChannels(x), 2, gain: 1)));
    }

    /// <summary>Anomaly detection: a fully connected autoencoder.</summary>
    public static byte[] Autoencoder()
    {
        NetworkBuilder net = new("autoencoder");
        Value x = net.Input(1, 640);
        foreach (long width in (long[])[128, 128, 128, 128, 8, 128, 128, 128, 128])
        {
            x = net.Relu(net.Dense(x, width));
        }

        return net.Finish(net.Dense(x, 640, gain: 1));
    }
}
