namespace ModelBuild.Kernels;

/// <summary>The operands of one image of a depthwise convolution, for the threads that share it.</summary>
internal unsafe struct F32DepthwiseImage
{
    /// <summary>The channels that a part begins at a multiple of: those of the widest vector.</summary>
    private const int ChannelsTogether = F32Depthwise4x16Avx512.Channels;

    /// <summary>Rows of each chunk at least: every chunk reads the rows above and below its own too.</summary>
    private const int LeastRows = 4;

    /// <summary>What all lines share.</summary>
    internal F32DepthwiseTask* Task;

    /// <summary>The image.</summary>
    internal float* X;

    /// <summary>The weights.</summary>
    internal float* W;

    /// <summary>One value per channel, or null.</summary>
    internal float* Bias;

    /// <summary>A summand, or null.</summary>
    internal float* Residual;

    /// <summary>The result.</summary>
    internal float* Y;

    private ChunkGrid _grid;

    /// <summary>Computes the image on the threads of a team: bands of rows, whose neighbours are those of other layers, and ranges of channels where rows are few.</summary>
    internal void Share(ThreadTeam team, long work)
    {
        int bands = Math.Max(1, Task->OutH / LeastRows);
        _grid = ChunkGrid.Of(team, work, bands, Math.Max(1, Task->Channels / ChannelsTogether));
        fixed (F32DepthwiseImage* self = &this)
        {
            team.Run(&Chunk, self, _grid.Count, work);
        }
    }

    private static void Chunk(void* context, int chunk)
    {
        var image = (F32DepthwiseImage*)context;
        F32DepthwiseTask band = *image->Task;
        ((int firstBand, int endBand), (int firstBlock, int endBlock)) = image->_grid.At(chunk);
        int firstRow = firstBand * LeastRows;
        int endRow = End(endBand, LeastRows, band.OutH);
        int channel = firstBlock * ChannelsTogether;
        int endChannel = End(endBlock, ChannelsTogether, band.Channels);
        nint offset = (nint)firstRow * band.OutW * band.Channels;
        band.OutH = endRow - firstRow;
        band.PadTop -= firstRow * band.StrideH;
        DepthwiseConv.Planes(&band, image->X, image->W, image->Bias, image->Residual == null ? null : image->Residual + offset, image->Y + offset, channel, endChannel);
    }

    /// <summary>The end of a range of parts, of which the last has what is left over.</summary>
    private static int End(int part, int size, int count) => (part + 1) * size > count ? count : part * size;
}
