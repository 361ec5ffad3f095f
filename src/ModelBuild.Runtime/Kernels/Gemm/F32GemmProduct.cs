namespace ModelBuild.Kernels;

/// <summary>The operands of one product, for the threads that share it.</summary>
internal unsafe struct F32GemmProduct
{
    /// <summary>Strides and activation function.</summary>
    internal F32GemmTask* Task;

    /// <summary>The left operand.</summary>
    internal float* A;

    /// <summary>The panels of the right operand.</summary>
    internal float* B;

    /// <summary>The result.</summary>
    internal float* Y;

    /// <summary>One value per column, or null.</summary>
    internal float* Bias;

    /// <summary>An operand shaped like the result, or null.</summary>
    internal float* Residual;

    /// <summary>The number of rows.</summary>
    internal int M;

    /// <summary>The number of columns.</summary>
    internal int N;

    /// <summary>The number of tiles of one column.</summary>
    internal int Tiles;

    /// <summary>The elements of one row that are not zero, which <see cref="A"/> then points to; negative where it points to the row.</summary>
    internal int NonZeros;

    /// <summary>The places of their weights in a panel.</summary>
    internal int* Places;

    private ChunkGrid _grid;
    private bool _byRows;

    /// <summary>Computes the product on the threads of a team.</summary>
    internal void Share(ThreadTeam team, long work)
    {
        int blocks = (N + F32GemmDriver.ColumnsTogether - 1) / F32GemmDriver.ColumnsTogether;
        _byRows = ChunkGrid.IsByRows(team, M, N, Tiles, (long)N * Task->RunLength * Task->InnerRuns * Task->OuterRuns * sizeof(float));
        _grid = _byRows ? ChunkGrid.Of(team, work, Tiles, blocks) : ChunkGrid.Of(team, work, blocks, Tiles);
        fixed (F32GemmProduct* self = &this)
        {
            team.Run(&Chunk, self, _grid.Count, work);
        }
    }

    /// <summary>Computes the product of one row on the threads of a team.</summary>
    internal void ShareRow(ThreadTeam team, long work, int panelGroups)
    {
        _grid = ChunkGrid.Of(team, work, panelGroups, 1);
        fixed (F32GemmProduct* self = &this)
        {
            team.Run(&RowChunk, self, _grid.Count, work);
        }
    }

    private static void RowChunk(void* context, int chunk)
    {
        var product = (F32GemmProduct*)context;
        ((int first, int end), _) = product->_grid.At(chunk);
        int panels = (product->N + GemmPacking.PanelWidth - 1) / GemmPacking.PanelWidth;
        F32Gemv.Part(product, first * F32Gemv.Together, Math.Min(end * F32Gemv.Together, panels));
    }

    private static void Chunk(void* context, int chunk)
    {
        var product = (F32GemmProduct*)context;
        ((int firstTile, int endTile), (int firstBlock, int endBlock)) = product->_grid.At(chunk);
        if (!product->_byRows)
        {
            (firstTile, endTile, firstBlock, endBlock) = (firstBlock, endBlock, firstTile, endTile);
        }

        int end = Math.Min(endBlock * F32GemmDriver.ColumnsTogether, product->N);
        F32GemmDriver.Part(product, firstTile, endTile, firstBlock * F32GemmDriver.ColumnsTogether, end);
    }
}
