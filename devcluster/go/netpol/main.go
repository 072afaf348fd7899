// Command netpol enforces the cluster's NetworkPolicies on this node, with iptables and ipset.
//
// It is Azure's policy engine without Azure's own command, which waits three minutes for telemetry keys and
// then reports to a service. Nothing is sent anywhere from here.
package main

import (
	"fmt"
	"os"
	"time"

	"github.com/Azure/azure-container-networking/common"
	"github.com/Azure/azure-container-networking/npm"
	npmconfig "github.com/Azure/azure-container-networking/npm/config"
	"github.com/Azure/azure-container-networking/npm/metrics"
	"github.com/Azure/azure-container-networking/npm/pkg/dataplane"
	"github.com/Azure/azure-container-networking/npm/pkg/dataplane/ipsets"
	"github.com/Azure/azure-container-networking/npm/pkg/dataplane/policies"
	"k8s.io/client-go/informers"
	"k8s.io/client-go/kubernetes"
	"k8s.io/client-go/tools/clientcmd"
	"k8s.io/utils/exec"
)

const (
	// How long a changed policy or pod address may wait to be written together with others.
	applyInterval = 200 * time.Millisecond
	applyBatches  = 100
	resync        = 15 * time.Minute
)

func run() error {
	if len(os.Args) != 3 {
		return fmt.Errorf("usage: netpol KUBECONFIG NODE_NAME")
	}
	node := os.Args[2]
	rest, err := clientcmd.BuildConfigFromFlags("", os.Args[1])
	if err != nil {
		return err
	}
	client, err := kubernetes.NewForConfig(rest)
	if err != nil {
		return err
	}
	version, err := client.Discovery().ServerVersion()
	if err != nil {
		return err
	}

	config := npmconfig.DefaultConfig
	config.Toggles.EnableV2NPM = true
	config.Toggles.PlaceAzureChainFirst = true // before kube-proxy's rules, which accept
	config.Toggles.ApplyInBackground = true
	metrics.InitializeAll()

	stop := make(chan struct{})
	plane, err := dataplane.NewDataPlane(node, common.NewIOShim(), &dataplane.Config{
		IPSetManagerCfg: &ipsets.IPSetManagerCfg{IPSetMode: ipsets.ApplyAllIPSets},
		PolicyManagerCfg: &policies.PolicyManagerCfg{
			PolicyMode: policies.IPSetPolicyMode, PlaceAzureChainFirst: true, MaxBatchedACLsPerPod: 30,
		},
		ApplyInBackground: true,
		ApplyMaxBatches:   applyBatches,
		ApplyInterval:     applyInterval,
	}, stop)
	if err != nil {
		return err
	}
	plane.RunPeriodicTasks()
	factory := informers.NewSharedInformerFactory(client, resync)
	engine := npm.NewNetworkPolicyManager(config, factory, plane, exec.New(), "souk", version)
	if err := engine.Start(config, stop); err != nil {
		return err
	}
	// The engine looks at forwarded packets only. What a pod sends to the node itself (API server, kubelet, the
	// machine's own services) comes in as INPUT, and a policy must hold there too.
	hook := []string{"-w", "10", "-I", "INPUT", "-m", "conntrack", "--ctstate", "NEW", "-j", "AZURE-NPM"}
	if out, err := exec.New().Command("iptables", hook...).CombinedOutput(); err != nil {
		return fmt.Errorf("hooking the engine into INPUT: %w: %s", err, out)
	}
	select {} // the engine works in goroutines of its own
}

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
