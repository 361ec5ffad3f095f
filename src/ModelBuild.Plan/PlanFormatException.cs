using System;

namespace ModelBuild.Plan;

/// <summary>A plan or verification text that is not in its format.</summary>
public sealed class PlanFormatException : Exception
{
    /// <summary>Creates the exception.</summary>
    /// <param name="line">The line, counted from 1.</param>
    /// <param name="message">What is wrong there.</param>
    public PlanFormatException(int line, string message)
        : base(message) => Line = line;

    /// <summary>The line, counted from 1.</summary>
    public int Line { get; }
}
