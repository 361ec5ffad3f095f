namespace ModelBuild.Runtime.Tests.Memory;

/// <summary>The end of a <see cref="GuardedMemory{T}"/> that touches an inaccessible page.</summary>
public enum GuardSide
{
    /// <summary>The byte after the last element faults: finds reads and writes past the end.</summary>
    End,

    /// <summary>The byte before the first element faults: finds reads and writes before the start.</summary>
    Start,
}
