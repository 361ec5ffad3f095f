using ModelBuild.Kernels;

namespace ModelBuild.Runtime.Tests.Kernels.Shape;

public sealed class DropoutTests
{
    [Fact]
    public void What_drops_nothing_copies()
    {
        float[] x = [1, 2, 3];
        float[] y = new float[3];

        Dropout.Run<float, double>(x, [0.0], [true], y);
        Assert.Equal(x, y);

        Dropout.Run<float, Half>(x, [(Half)0.5f], [false], x);
        Assert.Equal(y, x);
    }

    [Fact]
    public void What_drops_is_refused()
    {
        Assert.Throws<ArgumentException>(() => Dropout.Run<float, float>([1], [0.5f], [true], new float[1]));
        Assert.Throws<ArgumentException>(() => Dropout.Run<float, float>([1], [], [true], new float[1]));
        Assert.Throws<ArgumentException>(() => Dropout.Run<float, float>([1], [0f], [], new float[1]));
    }
}
