using System.Runtime.CompilerServices;

namespace ModelBuild.Kernels;

/// <summary>The operands of one convolution, and how threads share it: whole blocks of tiles where there are enough, else the stages of one block.</summary>
internal unsafe struct WinogradWork
{
    /// <summary>The tiles of a product's part at most, and of a block at least: as many as a micro-kernel's tile has rows.</summary>
    private const int PartTiles = WinogradProduct14x32.MaxRows;

    /// <summary>The weights that a second-level cache keeps: of them each thread may read all, for few tiles.</summary>
    private const long NearBytes = 1024 * 1024;

    /// <summary>What all tiles share.</summary>
    internal WinogradTask* Task;

    /// <summary>The activation function of a second pass.</summary>
    internal F32GemmTask* Function;

    /// <summary>The images.</summary>
    internal float* X;

    /// <summary>The packed weights.</summary>
    internal float* W;

    /// <summary>One value per output channel, or null.</summary>
    internal float* Bias;

    /// <summary>The result.</summary>
    internal float* Y;

    /// <summary>A tile with its border, transformed data and products: the scratch of the calling thread.</summary>
    internal float* Memory;

    private ChunkGrid _grid;
    private int _firstTile;
    private int _tiles;

    /// <summary>Computes the convolution.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal void Run()
    {
        long work = (long)WinogradPoints.Products * Task->Tiles * Task->InC * Task->OutC;
        ThreadTeam? team = ThreadTeam.For(work);
        if (team is not null && BlockChunks(team.Threads) is var chunks and > 0)
        {
            ShareBlocks(team, chunks, work);
            return;
        }

        for (int tile = 0; tile < Task->Tiles; tile += Task->BlockTiles)
        {
            int tiles = Math.Min(Task->BlockTiles, Task->Tiles - tile);
            if (team is null)
            {
                Block(Memory, tile, tiles);
            }
            else
            {
                ShareStages(team, tile, tiles, work * tiles / Task->Tiles);
            }
        }
    }

    /// <summary>The chunks that are blocks of tiles, or 0 where the tiles are too few to give most threads one.</summary>
    private readonly int BlockChunks(int threads)
    {
        int blocks = (Task->Tiles + Task->BlockTiles - 1) / Task->BlockTiles;
        if (blocks >= threads)
        {
            // As many blocks for each thread; they are not larger than those of one thread.
            return Math.Min((blocks + threads - 1) / threads * threads, Task->Tiles);
        }

        long weights = (long)WinogradPoints.Products * Task->InC * Task->OutC * sizeof(float);
        int chunks = Math.Min(threads, Task->Tiles / (weights <= NearBytes ? PartTiles : WinogradTask.LeastBlockTiles));
        return chunks > threads / 2 ? Math.Max(chunks, blocks) : 0;
    }

    /// <summary>Computes some tiles in the memory of one thread.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Block(float* memory, int tile, int tiles)
    {
        float* data = memory + WinogradData.BorderedLength;
        float* products = data + (WinogradPoints.Products * Task->DataPointStride);
        WinogradData.Transform(Task, X, data, memory, tile, tiles);
        for (int channel = 0; channel < Task->OutC; channel += WinogradPacking.BlockChannels)
        {
            Channels(data, products, tile, tiles, channel);
        }
    }

    /// <summary>Computes some tiles for one block of output channels from their transformed data.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private readonly void Channels(float* data, float* products, int tile, int tiles, int channel)
    {
        int channels = Math.Min(WinogradPacking.BlockChannels, Task->OutC - channel);
        WinogradConv.Multiply(Task, data, W + ((nint)channel * WinogradPoints.Products * Task->InC), products, tiles, channels);
        WinogradConv.TransformBack(Task, Function, products, Bias == null ? null : Bias + channel, Y + channel, tile, tiles, channels);
    }

    private void ShareBlocks(ThreadTeam team, int chunks, long work)
    {
        _tiles = chunks;
        fixed (WinogradWork* self = &this)
        {
            team.Run(&BlockChunk, self, chunks, work);
        }
    }

    private static void BlockChunk(void* context, int chunk)
    {
        var work = (WinogradWork*)context;
        (int tile, int end) = ChunkGrid.Range(chunk, work->_tiles, work->Task->Tiles);
        float* memory = ThreadTeam.Memory(work->Memory, work->Task->ScratchLength);
        work->Block(memory, tile, end - tile);
    }

    /// <summary>Computes one block: all its data, then output channels and tiles.</summary>
    private void ShareStages(ThreadTeam team, int tile, int tiles, long work)
    {
        _firstTile = tile;
        _tiles = tiles;
        fixed (WinogradWork* self = &this)
        {
            long bytes = 2L * WinogradPoints.Products * tiles * Task->InC * sizeof(float);
            _grid = ChunkGrid.Of(team, bytes, tiles, 1);
            team.Run(&DataChunk, self, _grid.Count, bytes);
            int channelBlocks = (Task->OutC + WinogradPacking.BlockChannels - 1) / WinogradPacking.BlockChannels;
            _grid = ChunkGrid.Of(team, work, channelBlocks, Parts(tiles));
            team.Run(&ProductChunk, self, _grid.Count, work);
        }
    }

    /// <summary>The parts of a product's tiles: those of the micro-kernel.</summary>
    private static int Parts(int tiles) => (tiles + PartTiles - 1) / PartTiles;

    [SkipLocalsInit]
    private static void DataChunk(void* context, int chunk)
    {
        var work = (WinogradWork*)context;
        ((int first, int end), _) = work->_grid.At(chunk);
        float* bordered = stackalloc float[WinogradData.BorderedLength];
        float* data = work->Memory + WinogradData.BorderedLength + (first * work->Task->DataStride);
        WinogradData.Transform(work->Task, work->X, data, bordered, work->_firstTile + first, end - first);
    }

    private static void ProductChunk(void* context, int chunk)
    {
        var work = (WinogradWork*)context;
        ((int firstBlock, int endBlock), (int firstPart, int endPart)) = work->_grid.At(chunk);
        int parts = Parts(work->_tiles);
        int first = ChunkGrid.Range(firstPart, parts, work->_tiles).First;
        int end = ChunkGrid.Range(endPart, parts, work->_tiles).First;
        nint productsLength = WinogradPoints.Products * work->Task->ProductPointStride;
        float* data = work->Memory + WinogradData.BorderedLength;
        float* products = ThreadTeam.Memory(data + (WinogradPoints.Products * work->Task->DataPointStride), productsLength);
        for (int block = firstBlock; block < endBlock; block++)
        {
            work->Channels(data + (first * work->Task->DataStride), products, work->_firstTile + first, end - first, block * WinogradPacking.BlockChannels);
        }
    }
}
