namespace ModelBuild;

/// <summary>While it lasts, the kernels that the current thread calls share their work with a <see cref="ThreadTeam"/>.</summary>
public readonly ref struct ThreadScope
{
    private readonly ThreadTeam? _outer;
    private readonly bool _isSet;

    internal ThreadScope(ThreadTeam? team)
    {
        if (team is not null)
        {
            _outer = ThreadTeam.Current;
            _isSet = true;
            ThreadTeam.Current = team;
        }
    }

    /// <summary>Ends it.</summary>
    public void Dispose()
    {
        if (_isSet)
        {
            ThreadTeam.Current = _outer;
        }
    }
}
