using System.Runtime.Intrinsics.X86;
using ModelBuild.Kernels;

namespace ModelBuild.Runtime.Tests.Kernels.Quantized;

/// <summary>Minimal filtering in integers gives the bytes of the plain loop: every size of an image to some tiles, every number of channels, values of the largest magnitude.</summary>
public sealed unsafe class Avx512Minimal3x3Tests
{
    private const int MaxSize = 11;

    [Fact]
    public void EverySizeIsThePlainLoop()
    {
        for (int height = 4; height <= MaxSize; height++)
        {
            for (int width = 4; width <= MaxSize; width++)
            {
                Check(1 + (width % 3), height, width, 16, 16, extreme: false, min: 0);
            }
        }
    }

    [Theory]
    [InlineData(16, 32)]
    [InlineData(32, 16)]
    [InlineData(48, 80)]
    [InlineData(64, 64)]
    public void EveryNumberOfChannelsIsThePlainLoop(int inC, int outC)
    {
        Check(1, 8, 9, inC, outC, extreme: false, min: 0);
        Check(2, 10, 10, inC, outC, extreme: true, min: 45);
    }

    private static void Check(int batch, int height, int width, int inC, int outC, bool extreme, int min) =>
        Minimal3x3Case.Check(batch, height, width, inC, outC, extreme, min, Avx512BW.IsSupported, Avx512Minimal3x3.CanRun, Avx512Minimal3x3.Run);
}
