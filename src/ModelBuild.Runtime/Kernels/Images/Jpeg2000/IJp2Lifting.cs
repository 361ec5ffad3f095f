namespace ModelBuild.Kernels;

/// <summary>Joins the low and the high half of a signal that is even long or one of several beside one another.</summary>
/// <typeparam name="T">The type of samples.</typeparam>
internal interface IJp2Lifting<T>
    where T : unmanaged
{
    /// <summary>Undoes the transform in place.</summary>
    /// <param name="samples">The samples, low and high by turns: [count][lanes].</param>
    /// <param name="count">The samples of a signal, at least 1.</param>
    /// <param name="lanes">The signals.</param>
    /// <param name="isHighFirst">Whether the first sample is of the high half.</param>
    static abstract void Join(Span<T> samples, int count, int lanes, bool isHighFirst);
}
