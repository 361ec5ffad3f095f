using ModelBuild.Kernels;
using ModelBuild.Runtime.Tests.Memory;

namespace ModelBuild.Runtime.Tests.Kernels.Vision;

public sealed class VisionTests
{
    // Four products of values below 3, each rounded a few times.
    private const double Tolerance = 32 * Close.Ulp;

    [Theory]
    [InlineData(GridPadding.Zeros)]
    [InlineData(GridPadding.Border)]
    [InlineData(GridPadding.Reflection)]
    public void EveryPositionStaysInsideOfTheOperand(GridPadding padding)
    {
        using var x = new GuardedMemory<float>(Samples.Uniform(2 * 3 * 4 * 5, 1));
        foreach (GridMode mode in Enum.GetValues<GridMode>())
        {
            foreach (bool align in new[] { false, true })
            {
                using var grid = new GuardedMemory<float>(Samples.WithSpecial(2 * 40 * 2, 2));
                using var y = new GuardedMemory<float>(2 * 3 * 40);
                GridSample.F32(x.Span, grid.Span, y.Span, 2, 3, 1, 4, 5, 40, 2, mode, padding, align);

                using var volume = new GuardedMemory<float>(Samples.WithSpecial(2 * 40 * 3, 3));
                GridSample.F32(x.Span, volume.Span, y.Span, 2, 3, 2, 2, 5, 40, 3, mode, padding, align);
            }
        }
    }

    [Theory]
    [InlineData(GridMode.Linear)]
    [InlineData(GridMode.Cubic)]
    public void BetweenElementsNeighboursAreWeighted(GridMode mode)
    {
        float[] y = new float[1];

        // The position 1.5 of a line of five elements.
        GridSample.F32([1f, 2f, 4f, 8f, 0f], [-0.25f, 0f], y, 1, 1, 1, 1, 5, 1, 2, mode, GridPadding.Border, alignCorners: true);

        double expected = mode == GridMode.Linear ? 3 : (-0.09375 * 1) + (0.59375 * 2) + (0.59375 * 4) + (-0.09375 * 8);
        Close.AssertEqual(expected, y[0], Tolerance, 0, "sample");
    }

    [Fact]
    public void DeformedSamplesOfWholeOffsetsAreElements()
    {
        float[] y = new float[4];

        // One element per window, moved one down and one to the right; what leaves the image is 0.
        DeformConv.SampleF32([1f, 2f, 3f, 4f], [1f, 1f, 1f, 1f, 1f, 1f, 1f, 1f], [2f, 2f, 2f, 2f], y, 1, 1, 2, 2, 2, 2, 1, 1, 1, 1, 0, 0, 1, 1, 1);

        Assert.Equal([8f, 0f, 0f, 0f], y);
    }

    [Fact]
    public void RegionsAreAveragedOverTheirSamples()
    {
        float[] y = new float[2];
        float[] x = [1f, 2f, 3f, 4f, 5f, 6f, 7f, 8f, 9f];

        RoiAlign.F32(x, [0f, 0f, 3f, 3f, -9f, -9f, -8f, -8f], [0, 0], y, 1, 1, 3, 3, 2, 1, 1, 3, 1f, halfPixel: true, isMax: false);

        Assert.Equal([5f, 0f], y);
        Assert.Throws<ArgumentOutOfRangeException>(() => RoiAlign.F32(x, [0f, 0f, 3f, 3f], [1], y, 1, 1, 3, 3, 1, 1, 1, 1, 1f, true, false));
    }

    [Fact]
    public void BlocksOfOnesCountHowOftenAnElementIsCovered()
    {
        int[] y = new int[9];
        Col2Im.Run<int>([.. Enumerable.Repeat(1, 16)], y, 1, [3, 3], [2, 2], [2, 2], [1, 1], [0, 0], [1, 1]);
        Assert.Equal([1, 2, 1, 2, 4, 2, 1, 2, 1], y);
    }

    [Fact]
    public void DeterminantsChangeTheirSignWithThePivot()
    {
        float[] y = new float[3];
        Determinant.F32([0f, 1f, 1f, 0f, 2f, 1f, 4f, 2f, 3f, 1f, 1f, 2f], y, new double[4], 3, 2);
        Assert.Equal([-1f, 0f, 5f], y);
    }

    [Fact]
    public void LossesOfIgnoredTargetsAreZeroAndOthersMustBeClasses()
    {
        float[] y = new float[2];
        Loss.NegativeLogLikelihood<int>([-1f, -2f, -3f, -4f], [1, 9], default, y, 2, 2, 1, ignores: true, 9, LossReduction.None);
        Assert.Equal([2f, 0f], y);
        Loss.NegativeLogLikelihood<long>([-1f, -2f, -3f, -4f], [1, 0], [3f, 1f], y, 2, 2, 1, ignores: false, 0, LossReduction.Mean);
        Assert.Equal(11f / 4, y[0]);
        Assert.Throws<ArgumentOutOfRangeException>(() => Loss.NegativeLogLikelihood<int>([-1f, -2f], [2], default, y, 1, 2, 1, false, 0, LossReduction.Sum));
    }
}
