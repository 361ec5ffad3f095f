using Microsoft.ML.OnnxRuntime;

namespace ModelBuild.OnnxRuntime;

/// <summary>Counts the users of a session, so that it closes after the last call and not under it.</summary>
internal sealed class SessionOwner(InferenceSession session) : IDisposable
{
    private int _references = 1;
    private int _isDisposed;

    public InferenceSession Session { get; } = session;

    /// <summary>Counts one user more.</summary>
    /// <exception cref="ObjectDisposedException">The session is closed or about to close.</exception>
    public void AddReference()
    {
        int references = Volatile.Read(ref _references);
        while (true)
        {
            ObjectDisposedException.ThrowIf(references == 0 || Volatile.Read(ref _isDisposed) != 0, typeof(OnnxRuntimeSession));
            int seen = Interlocked.CompareExchange(ref _references, references + 1, references);
            if (seen == references)
            {
                return;
            }

            references = seen;
        }
    }

    public void Release()
    {
        if (Interlocked.Decrement(ref _references) == 0)
        {
            Session.Dispose();
        }
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0)
        {
            Release();
        }
    }
}
