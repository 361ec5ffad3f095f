using ModelBuild.Kernels;

namespace ModelBuild.Runtime.Tests.Kernels.Shape;

public sealed class LoopSliceTests
{
    [Theory]
    [InlineData(1, 5, 3)]
    [InlineData(4, 3, 1)]
    [InlineData(2, 7, 6)]
    public void SlicesTakenAndPutMakeTheWholeAgain(int outer, int length, int inner)
    {
        int[] whole = Samples.Integers(outer * length * inner, 1, 0, 1000);
        foreach (bool reverse in new[] { false, true })
        {
            int[] result = new int[whole.Length];
            int[] slice = new int[outer * inner];
            for (long i = 0; i < length; i++)
            {
                LoopSlice.Take<int>(whole, [i], slice, length, outer, inner, reverse);
                long place = reverse ? length - 1 - i : i;
                Assert.Equal(whole.Where((_, k) => k / inner % length == place), slice);
                LoopSlice.Put<int>(slice, [i], result, length, outer, inner, reverse);
            }

            Assert.Equal(whole, result);
        }
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(3)]
    public void ASliceThatDoesNotExistIsRefused(long iteration)
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => LoopSlice.Take<int>(new int[6], [iteration], new int[2], 3, 1, 2, false));
        Assert.Throws<ArgumentOutOfRangeException>(() => LoopSlice.Put<int>(new int[2], [iteration], new int[6], 3, 1, 2, false));
    }
}
