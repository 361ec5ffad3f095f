namespace ModelBuild;

/// <summary>Work on a range of items, any part of which can be done on its own.</summary>
internal interface ISharedRange
{
    /// <summary>Does a part.</summary>
    /// <param name="first">The first item.</param>
    /// <param name="end">The end of the items.</param>
    void Run(nint first, nint end);
}
