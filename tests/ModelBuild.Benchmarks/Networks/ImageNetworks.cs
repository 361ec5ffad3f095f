using ModelBuild.Compiler.Ir;

namespace ModelBuild.Benchmarks.Networks;

/// <summary>Networks for 224 x 224 pixels and 1,000 classes.</summary>
internal static class ImageNetworks
{
    // What a residual branch adds to the variance, so that sums over many blocks stay small.
    private const float BranchGain = 0.2f;

    /// <summary>MobileNetV2 1.0.</summary>
    public static byte[] MobileNetV2()
    {
        NetworkBuilder net = new("mobilenetv2");
        Value x = net.Relu6(net.Conv(net.Input(1, 3, 224, 224), 32, 3, 3, 2));
        foreach ((long expansion, long channels, int repeats, long stride) in ((long, long, int, long)[])[(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1)])
        {
            for (int i = 0; i < repeats; i++)
            {
                x = InvertedResidual(net, x, expansion, channels, i == 0 ? stride : 1);
            }
        }

        x = net.MeanOfChannels(net.Relu6(net.Conv(x, 1280, 1, 1)));
        return net.Finish(net.Dense(x, 1000, gain: 1));
    }

    /// <summary>ResNet-50 with the stride in the 3x3 convolution.</summary>
    public static byte[] ResNet50()
    {
        NetworkBuilder net = new("resnet50");
        Value x = net.MaxPool(net.Relu(net.Conv(net.Input(1, 3, 224, 224), 64, 7, 7, 2)), 3, 2, 1);
        foreach ((long width, int repeats, long stride) in ((long, int, long)[])[(64, 3, 1), (128, 4, 2), (256, 6, 2), (512, 3, 2)])
        {
            for (int i = 0; i < repeats; i++)
            {
                Value y = net.Relu(net.Conv(x, width, 1, 1));
                y = net.Relu(net.Conv(y, width, 3, 3, i == 0 ? stride : 1));
                y = net.Conv(y, 4 * width, 1, 1, gain: BranchGain);
                x = net.Relu(net.Add("Add", [y, i == 0 ? net.Conv(x, 4 * width, 1, 1, stride, gain: 1) : x]));
            }
        }

        return net.Finish(net.Dense(net.MeanOfChannels(x), 1000, gain: 1));
    }

    private static Value InvertedResidual(NetworkBuilder net, Value x, long expansion, long channels, long stride)
    {
        long inputs = x.Type.Shape![1].Value;
        Value y = expansion == 1 ? x : net.Relu6(net.Conv(x, expansion * inputs, 1, 1));
        y = net.Relu6(net.Depthwise(y, stride));
        bool isResidual = stride == 1 && inputs == channels;
        y = net.Conv(y, channels, 1, 1, gain: isResidual ? BranchGain : 1);
        return isResidual ? net.Add("Add", [x, y]) : y;
    }
}
