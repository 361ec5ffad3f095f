namespace ModelBuild;

/// <summary>A lock-free pool of <see cref="Scratch"/> blocks of one size; allocates nothing once as many blocks exist as threads predict at once.</summary>
public sealed class ScratchPool : IDisposable
{
    private readonly InstancePool<Scratch> _pool;
    private readonly PredictorWeights? _weights;
    private readonly ThreadTeam? _team;
    private readonly long _length;

    /// <summary>Creates an empty pool.</summary>
    /// <param name="weights">Weights that stay in memory while any block of this pool exists, even when they are disposed meanwhile; or null.</param>
    /// <param name="length">Bytes of each block.</param>
    public ScratchPool(PredictorWeights? weights, long length)
        : this(weights, length, null)
    {
    }

    /// <summary>Creates an empty pool whose blocks use the threads of a predictor.</summary>
    /// <param name="weights">Weights that stay in memory while any block of this pool exists, even when they are disposed meanwhile; or null.</param>
    /// <param name="length">Bytes of each block.</param>
    /// <param name="options">The predictor's options; null for one thread.</param>
    public ScratchPool(PredictorWeights? weights, long length, PredictorOptions? options)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        _weights = weights;
        _length = length;
        _team = ThreadTeam.Of(options);
        _pool = new InstancePool<Scratch>(Create);
    }

    /// <summary>Takes an idle block, or allocates one.</summary>
    /// <exception cref="ObjectDisposedException">The pool or the weights were disposed.</exception>
    public Scratch Rent() => _pool.Rent();

    /// <summary>Takes an idle block and makes it at least as long as given; allocates nothing where one has grown so far before.</summary>
    /// <exception cref="ObjectDisposedException">The pool or the weights were disposed.</exception>
    /// <exception cref="OutOfMemoryException">The system has not enough memory.</exception>
    public Scratch Rent(long length)
    {
        Scratch scratch = _pool.Rent();
        try
        {
            scratch.Grow(length);
        }
        catch
        {
            _pool.Return(scratch);
            throw;
        }

        return scratch;
    }

    /// <summary>Gives back a block from <see cref="Rent()"/>.</summary>
    public void Return(Scratch scratch) => _pool.Return(scratch);

    /// <summary>Allocates a block that the caller owns and disposes.</summary>
    /// <exception cref="ObjectDisposedException">The weights were disposed.</exception>
    public Scratch Create() => new(_length, _weights, _team);

    /// <summary>Frees the idle blocks, the others when they are returned, and ends the threads once they have no work.</summary>
    public void Dispose()
    {
        _pool.Dispose();
        _team?.Dispose();
    }
}
