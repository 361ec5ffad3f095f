using Microsoft.Build.Framework;

namespace ModelBuild.Tasks.Tests;

/// <summary>What a task returned and logged.</summary>
internal sealed record TaskRun(bool Result, RecordingEngine Engine)
{
    public TaskRun Succeeded()
    {
        Assert.True(Result, string.Join('\n', Engine.Errors.Select(e => $"{e.Code}: {e.Message}")));
        Assert.Empty(Engine.Errors);
        return this;
    }

    /// <summary>Fails unless the task failed with exactly one error of this code at this file; gives the error.</summary>
    public BuildErrorEventArgs FailedWith(string code, string file)
    {
        Assert.False(Result);
        BuildErrorEventArgs error = Assert.Single(Engine.Errors);
        Assert.True(error.Code == code, $"{error.Code}: {error.Message}");
        Assert.Equal(file, error.File);
        Assert.EndsWith(code + ".md", error.HelpLink, StringComparison.Ordinal);
        return error;
    }
}
