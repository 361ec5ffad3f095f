using ModelBuild.Compiler.Ops;

namespace ModelBuild.Compiler.Tests.Documentation.Support;

public sealed class SupportTableTests
{
    [Fact]
    public void WhatCompilesComputesWhatTheReferenceDoes()
    {
        string[] faults = [.. SupportTable.All.SelectMany(s => s.Faults)];
        Assert.True(faults.Length == 0, $"{faults.Length} faults\n{string.Join('\n', faults.Take(400))}");
    }

    /// <summary>An operator that the compiler knows, but whose probe is invalid, would be listed as not supported.</summary>
    [Fact]
    public void EveryKnownOperatorCompiles()
    {
        string[] refused = [.. SupportTable.All.Where(s => !s.IsSupported && Operators.Set.Find(s.Domain, s.OpType) is not null).Select(s => $"{s.Domain}.{s.OpType}: {s.Versions[^1].Refusal}")];
        Assert.True(refused.Length == 0, "These need another probe (operator-probes.txt):\n" + string.Join('\n', refused));
    }

    [Fact]
    public void EveryProbeIsOfAKnownOperator()
    {
        HashSet<string> known = [.. SupportTable.All.Select(s => s.Domain.Length == 0 ? s.OpType : $"{s.Domain}.{s.OpType}")];
        Assert.Empty(OperatorProbe.Operators.Except(known));
    }
}
