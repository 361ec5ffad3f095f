using ModelBuild.Kernels;

namespace ModelBuild.Runtime.Tests.Kernels;

public sealed class SizeValuesTests
{
    [Fact]
    public void Values_are_written_in_the_element_type()
    {
        long[] wide = new long[3];
        int[] narrow = new int[3];
        bool[] truth = new bool[3];
        SizeValues.Run<long>(wide, [5, 0, -1]);
        SizeValues.Run<int>(narrow, [5, 0, -1]);
        SizeValues.Run<bool>(truth, [5, 0, 1]);
        Assert.Equal([5, 0, -1], wide);
        Assert.Equal([5, 0, -1], narrow);
        Assert.Equal([true, false, true], truth);
    }

    [Fact]
    public void What_does_not_fit_is_refused()
    {
        Assert.Throws<OverflowException>(() => SizeValues.Run<int>(new int[1], [1L << 40]));
        Assert.Throws<ArgumentException>(() => SizeValues.Run<long>(new long[1], [1, 2]));
        Assert.Throws<ArgumentException>(() => SizeValues.Run<float>(new float[1], [1]));
    }

    [Theory]
    [InlineData(CoordinateTransformation.HalfPixel)]
    [InlineData(CoordinateTransformation.AlignCorners)]
    [InlineData(CoordinateTransformation.Asymmetric)]
    [InlineData(CoordinateTransformation.PytorchHalfPixel)]
    public void Tables_of_a_call_equal_those_made_ahead(CoordinateTransformation transformation)
    {
        foreach ((int input, int output) in new[] { (1, 1), (1, 5), (7, 3), (5, 12), (16, 16) })
        {
            double[] positions = ResizeTables.Positions(transformation, input, output, (double)output / input, 0, 1);
            int[] nearest = new int[output];
            ResizeTable.Nearest(nearest, input, output, 0, transformation, NearestMode.RoundPreferFloor);
            Assert.Equal(ResizeTables.Nearest(positions, input, NearestMode.RoundPreferFloor), nearest);
            foreach (int taps in new[] { 2, 4 })
            {
                (int[] index, float[] weight) = taps == 2 ? ResizeTables.Linear(positions, input, false) : ResizeTables.Cubic(positions, input, -0.75, false);
                int[] indices = new int[output * taps];
                float[] weights = new float[output * taps];
                ResizeTable.Interpolate(indices, weights, input, output, 0, transformation, taps, -0.75, false);
                Assert.Equal(index, indices);
                Assert.Equal(weight, weights);
            }
        }
    }
}
