using ModelBuild.Compiler.Ir;

namespace ModelBuild.Compiler.Ops.Fused;

/// <summary>
/// A convolution to few channels, which leaves most columns of a panel of weights empty, as one to more: outputs that are neighbours in a line become channels of
/// one, whose window spans theirs. It has some weights more, which are zero, and computes the same sums in the same order.
/// </summary>
internal static class NarrowConv
{
    private const int PanelWidth = 16;
    private const int TileColumns = 32;

    /// <summary>Cycles of one row and step of depth in a tile of two panels, and in one of one panel, whose loads are the limit.</summary>
    private const double PairCost = 1;
    private const double PanelCost = 0.54;

    /// <summary>Cycles of one row of a tile beside its products.</summary>
    private const double RowCost = 7;

    /// <summary>Cycles of the conversion of one panel's sums to bytes.</summary>
    private const double RowCostOfBytes = 2;

    /// <summary>What widening must save at least: it costs weights.</summary>
    private const double LeastGain = 1.15;

    /// <summary>How many neighbours should be one output; 1 where it does not pay or the convolution is none of those meant here.</summary>
    public static int Neighbours(ConvLiterals c) => Neighbours(c, Cost);

    /// <summary>The same for bytes, four of which are one step of depth.</summary>
    public static int NeighboursOfBytes(ConvLiterals c) => Neighbours(c, CostOfBytes);

    private static int Neighbours(ConvLiterals c, Func<ConvLiterals, double> costOf)
    {
        if (c.Groups != 1 || c.DilationW != 1 || c.OutC >= PanelWidth || c.KernelW == 1)
        {
            return 1;
        }

        int best = 1;
        double least = costOf(c) / LeastGain;
        for (int neighbours = 2; neighbours * c.OutC <= TileColumns; neighbours++)
        {
            if (c.OutW % neighbours == 0 && costOf(Widen(c, neighbours)) is var cost && cost < least)
            {
                (best, least) = (neighbours, cost);
            }
        }

        return best;
    }

    /// <summary>The convolution whose outputs are <paramref name="neighbours"/> of the given one's.</summary>
    public static ConvLiterals Widen(ConvLiterals c, int neighbours) => c with
    {
        OutW = c.OutW / neighbours,
        OutC = c.OutC * neighbours,
        KernelW = c.KernelW + ((neighbours - 1) * c.StrideW),
        StrideW = c.StrideW * neighbours,
    };

    /// <summary>The weights [M,C,kh,kw] of a convolution as those of the widened one.</summary>
    public static Tensor Weights<T>(Tensor weights, ConvLiterals c, int neighbours)
        where T : unmanaged
    {
        ConvLiterals wide = Widen(c, neighbours);
        ReadOnlySpan<T> source = weights.Span<T>();
        Tensor result = new(weights.DType, [wide.OutC, c.InC, c.KernelH, wide.KernelW]);
        Span<T> target = result.MutableSpan<T>();
        int lines = c.InC * c.KernelH;
        for (int output = 0; output < wide.OutC; output++)
        {
            int shift = output / c.OutC * c.StrideW;
            for (int line = 0; line < lines; line++)
            {
                source.Slice((((output % c.OutC) * lines) + line) * c.KernelW, c.KernelW).CopyTo(target[((((output * lines) + line) * wide.KernelW) + shift)..]);
            }
        }

        return result;
    }

    /// <summary>The bias [M] as that of the widened convolution.</summary>
    public static Tensor Bias(Tensor bias, int neighbours)
    {
        Tensor result = new(DType.F32, [bias.Count * neighbours]);
        for (int i = 0; i < neighbours; i++)
        {
            bias.Span<float>().CopyTo(result.MutableSpan<float>()[(int)(i * bias.Count)..]);
        }

        return result;
    }

    private static double CostOfBytes(ConvLiterals c)
    {
        int panels = (c.OutC + PanelWidth - 1) / PanelWidth;
        double products = panels == 1 ? PanelCost : panels * PairCost / 2;
        return c.OutW * ((c.KernelH * (((c.KernelW * c.InC) + 3) / 4) * products) + (RowCostOfBytes * panels));
    }

    private static double Cost(ConvLiterals c)
    {
        int rest = c.OutC % TileColumns;
        double products = (c.OutC / TileColumns * PairCost) + (rest > PanelWidth ? PairCost : rest > 0 ? PanelCost : 0);
        int tiles = (c.OutC + TileColumns - 1) / TileColumns;
        return c.OutW * (((double)c.KernelH * c.KernelW * c.InC * products) + (RowCost * tiles));
    }
}
