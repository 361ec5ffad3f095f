namespace ModelBuild.Kernels;

/// <summary>The operands of one image of a depthwise convolution, for the threads that share it.</summary>
internal unsafe struct F32DepthwiseImage
{
    /// <summary>The channels that a part begins at a multiple of: those of the widest vector.</summary>
    private const int ChannelsTogether = F32Depthwise4x16Avx512.Channels;

    /// <summary>Rows of each chunk at least: every chunk reads the rows above and below its own too.</summary>
    private const int LeastRows = 4;

    private F32DepthwiseTask* _task;
    private float* _x;
    private float* _w;
    private float* _bias;
    private float* _residual;
    private float* _y;
    private ChunkGrid _grid;

    /// <summary>Computes the image on the threads of a team: bands of rows, whose neighbours are those of other layers, and ranges of channels where rows are few.</summary>
    /// <param name="team">The team.</param>
    /// <param name="work">As for <see cref="ThreadTeam.For"/>.</param>
    /// <param name="task">What all lines share.</param>
    /// <param name="x">The image.</param>
    /// <param name="w">The weights.</param>
    /// <param name="bias">One value per channel, or null.</param>
    /// <param name="residual">A summand, or null.</param>
    /// <param name="y">The result.</param>
    internal static void Share(ThreadTeam team, long work, F32DepthwiseTask* task, float* x, float* w, float* bias, float* residual, float* y)
    {
        int bands = Math.Max(1, task->OutH / LeastRows);
        var image = new F32DepthwiseImage
        {
            _task = task,
            _x = x,
            _w = w,
            _bias = bias,
            _residual = residual,
            _y = y,
            _grid = ChunkGrid.Of(team, work, bands, Math.Max(1, task->Channels / ChannelsTogether)),
        };
        team.Run(&Chunk, &image, image._grid.Count, work);
    }

    private static void Chunk(void* context, int chunk)
    {
        var image = (F32DepthwiseImage*)context;
        F32DepthwiseTask band = *image->_task;
        ((int firstBand, int endBand), (int firstBlock, int endBlock)) = image->_grid.At(chunk);
        int firstRow = firstBand * LeastRows;
        int endRow = End(endBand, LeastRows, band.OutH);
        int channel = firstBlock * ChannelsTogether;
        int endChannel = End(endBlock, ChannelsTogether, band.Channels);
        nint offset = (nint)firstRow * band.OutW * band.Channels;
        band.OutH = endRow - firstRow;
        band.PadTop -= firstRow * band.StrideH;
        float* residual = image->_residual == null ? null : image->_residual + offset;
        DepthwiseConv.Planes(&band, image->_x, image->_w, image->_bias, residual, image->_y + offset, channel, endChannel);
    }

    /// <summary>The end of a range of parts, of which the last has what is left over.</summary>
    private static int End(int part, int size, int count) => (part + 1) * size > count ? count : part * size;
}
