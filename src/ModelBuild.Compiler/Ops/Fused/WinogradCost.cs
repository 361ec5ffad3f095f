using ModelBuild.Kernels;

namespace ModelBuild.Compiler.Ops.Fused;

/// <summary>Decides whether a convolution is computed by minimal filtering (<see cref="WinogradConv"/>) or directly, from its shape alone.</summary>
/// <remarks>
/// Both costs are counted in multiply-adds of one vector of 16 floats, two of which a processor does in a cycle. The constants are fitted to interleaved
/// measurements of both kernels on 112 shapes from 5x5 to 56x56 with 4 to 256 channels (AMD Zen 5, AVX-512); <c>docs/winograd.md</c> has the table. Where the
/// estimate errs it favours the direct kernel, whose weights are a quarter as large.
/// </remarks>
internal static class WinogradCost
{
    /// <summary>Height and width to decide by where those of the image are only known when the model is called.</summary>
    public const int TypicalSize = 28;

    private const int KernelSize = 3;
    private const int TileSize = 4;
    private const int Points = 36;
    private const int Lanes = 16;
    private const int BlockChannels = 32;

    /// <summary>Products of minimal filtering are short matrices, which do not reach the rate of the direct kernel's.</summary>
    private const double ProductCost = 1.1;

    /// <summary>Transform of 6x6 data of 16 channels of a tile.</summary>
    private const double DataCost = 280;

    /// <summary>Storing the products of 16 channels of a tile, and their transform to 4x4 results.</summary>
    private const double ResultCost = 340;

    /// <summary>Setting out on the product of one point and 32 channels.</summary>
    private const double CallCost = 60;

    /// <summary>The direct kernel's loops beside its multiply-adds.</summary>
    private const double DirectCost = 1.07;

    /// <summary>Storing 16 channels of a result by the direct kernel.</summary>
    private const double DirectResultCost = 25;

    /// <summary>Storing fewer than 16 channels of a result by the direct kernel.</summary>
    private const double DirectPartialCost = 60;

    /// <summary>Reading one weight of a layer whose weights stay in the second-level cache from call to call.</summary>
    private const double NearWeightCost = 0.25;

    /// <summary>Reading one weight of a layer whose weights alone fill most of the second-level cache: 5 bytes a cycle, as SqueezeNet's last layers yield.</summary>
    private const double FarWeightCost = 1.7;

    /// <summary>The most weights that stay near: 640 KB.</summary>
    private const double NearWeights = 160 * 1024;

    /// <summary>With fewer channels the products are too short.</summary>
    private const int LeastInputs = 8;

    /// <summary>What minimal filtering must save at least: it costs memory and accuracy.</summary>
    private const double LeastGain = 1.15;

    /// <summary>True when minimal filtering applies and is faster.</summary>
    public static bool IsWorthwhile(ConvLiterals c) => Applies(c) && Winograd(c) * LeastGain < Direct(c);

    /// <summary>True for a kernel of 3x3 with stride 1, dilation 1 and one group over enough channels.</summary>
    private static bool Applies(ConvLiterals c) =>
        c is { KernelH: KernelSize, KernelW: KernelSize, StrideH: 1, StrideW: 1, DilationH: 1, DilationW: 1, Groups: 1, InC: >= LeastInputs };

    private static double Direct(ConvLiterals c)
    {
        double weights = (double)KernelSize * KernelSize * c.InC * RoundedUp(c.OutC, Lanes);
        double pixel = (DirectCost * weights / Lanes) + (DirectResultCost * Parts(c.OutC, Lanes)) + (c.OutC % Lanes == 0 ? 0 : DirectPartialCost);
        return ((double)c.Batch * c.OutH * c.OutW * pixel) + Reading(weights);
    }

    private static double Winograd(ConvLiterals c)
    {
        double weights = (double)Points * c.InC * RoundedUp(c.OutC, Lanes);
        double tiles = (double)c.Batch * Parts(c.OutH, TileSize) * Parts(c.OutW, TileSize);
        double tile = (ProductCost * weights / Lanes) + (DataCost * Parts(c.InC, Lanes)) + (ResultCost * Parts(c.OutC, Lanes));
        return (tiles * tile) + (CallCost * Points * Parts(c.OutC, BlockChannels)) + Reading(weights);
    }

    private static double Reading(double weights) => weights * (weights <= NearWeights ? NearWeightCost : FarWeightCost);

    private static int Parts(int count, int size) => (count + size - 1) / size;

    private static int RoundedUp(int count, int size) => Parts(count, size) * size;
}
