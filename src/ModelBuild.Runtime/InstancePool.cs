namespace ModelBuild;

/// <summary>
/// A lock-free pool of instances that one caller at a time may use. It grows to the number of simultaneous callers and allocates nothing from then on.
/// </summary>
/// <typeparam name="T">The pooled class; instances are disposed with the pool.</typeparam>
public sealed class InstancePool<T> : IDisposable
    where T : class, IDisposable
{
    private const int MinSlots = 64;

    // One slot per cache line of 64 bytes, so that neighbours do not slow each other down.
    private const int Stride = 8;

    private readonly Func<T> _create;
    private readonly T?[] _slots;
    private readonly int _mask;
    private volatile bool _isDisposed;

    /// <summary>Creates an empty pool.</summary>
    /// <param name="create">Makes an instance when none is idle; called by several threads at once.</param>
    public InstancePool(Func<T> create)
    {
        ArgumentNullException.ThrowIfNull(create);
        _create = create;
        int slots = (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)Math.Max(MinSlots, Environment.ProcessorCount * 2));
        _mask = slots - 1;
        _slots = new T?[slots * Stride];
    }

    /// <summary>Takes an idle instance, or makes one.</summary>
    /// <exception cref="ObjectDisposedException">The pool was disposed.</exception>
    public T Rent()
    {
        int start = Thread.GetCurrentProcessorId();

        // A second look finds what was returned behind the first one; an instance more costs far more than a scan.
        for (int i = 0; i < 2 * (_mask + 1); i++)
        {
            ref T? slot = ref _slots[((start + i) & _mask) * Stride];
            if (Volatile.Read(ref slot) is not null && Interlocked.Exchange(ref slot, null) is T instance)
            {
                return instance;
            }
        }

        return _isDisposed ? throw new ObjectDisposedException(null, "The predictor was disposed.") : _create();
    }

    /// <summary>Gives back an instance from <see cref="Rent"/>.</summary>
    public void Return(T instance)
    {
        int start = Thread.GetCurrentProcessorId();
        for (int i = 0; i <= _mask; i++)
        {
            ref T? slot = ref _slots[((start + i) & _mask) * Stride];
            if (Volatile.Read(ref slot) is null && Interlocked.CompareExchange(ref slot, instance, null) is null)
            {
                // Dispose sets the flag before it empties the slots, so one of the two sees this instance.
                if (_isDisposed)
                {
                    DisposeIdle();
                }

                return;
            }
        }

        instance.Dispose();
    }

    /// <summary>Disposes the idle instances; the others are disposed when they are returned.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        DisposeIdle();
    }

    private void DisposeIdle()
    {
        for (int i = 0; i < _slots.Length; i += Stride)
        {
            Interlocked.Exchange(ref _slots[i], null)?.Dispose();
        }
    }
}
